"""How a set-up goes: side by side, resumable, one at a time, and never past its end."""

import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from scaffolder.core.errors import IOFailure, Refusal, ToolMissing
from scaffolder.system import paths
from scaffolder.system.parallel import side_by_side
from scaffolder.toolchain import inventory, setup_plan
from scaffolder.toolchain.job import Job, Patience
from scaffolder.toolchain.machine import Machine
from tests.fakes.toolbox import PINS, Toolbox

CRATES = ["worker-build@0.8.7", "wasm-bindgen-cli@0.2.129"]
TELLS = "[ $1 = -V ] && { echo cargo 1.96.0; exit; }\n"
SHORT = Patience(silence=0.5, whole=5.0)


@pytest.fixture
def box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Toolbox:
    monkeypatch.setenv("SCAFFOLD_CACHE", str(tmp_path / "cache"))
    toolbox = Toolbox(tmp_path)
    toolbox.basics()
    toolbox.node()
    return toolbox


def set_up(machine: Machine, patience: Patience = SHORT) -> list[tuple[str, str]]:
    heard: list[tuple[str, str]] = []
    planned = setup_plan.plan(PINS, machine)
    setup_plan.acquire(PINS, planned, lambda name, line: heard.append((name, line)), machine, patience)
    return heard


def is_complete(machine: Machine) -> bool:
    return inventory.examine(PINS, machine).toolchain is not None


def test_after_a_set_up_nothing_is_missing(box: Toolbox) -> None:
    box.rustup_that_works()
    machine = box.machine()

    heard = set_up(machine)

    assert is_complete(machine)
    assert () == setup_plan.plan(PINS, machine)
    assert {"rust", "worker-build", "wasm-bindgen", "npm tools"} <= {name for name, line in heard if line == "done"}


def test_what_only_compiling_needed_is_removed(box: Toolbox) -> None:
    box.rustup_that_works()
    set_up(box.machine())

    assert [] == list(paths.tools().glob("*/compiling"))


def test_a_rustup_that_hangs_is_given_up_for_debians_packages(box: Toolbox) -> None:
    box.rustup("exec /bin/sleep 60\n")
    box.debian(installed=False)
    started = time.monotonic()

    set_up(box.machine())

    assert is_complete(box.machine())
    assert 2 == len([call for call in box.calls() if call.startswith("apt-get ")])
    assert time.monotonic() - started < 20


def test_a_slow_rustup_that_moves_is_waited_for(box: Toolbox) -> None:
    box.rustup_that_works()
    works = (box.programs / "rustup").read_text(encoding="utf-8").removeprefix("#!/bin/sh\n")
    moves = 'for i in 1 2 3 4 5; do /bin/sleep 0.3; echo $i >> "$RUSTUP_HOME/part"; done\n'
    box.rustup(f'/bin/mkdir -p "$RUSTUP_HOME"\n{moves}{works}')

    set_up(box.machine())

    assert is_complete(box.machine())


def test_a_rustup_that_fails_is_a_refusal_where_there_is_no_other_way(box: Toolbox) -> None:
    box.rustup("echo 'error: could not download file'\nexit 1\n")

    with pytest.raises(ToolMissing) as refused:
        set_up(box.machine(platform="darwin"))

    assert "error: could not download file" in refused.value.details
    assert refused.value.details[-1].startswith("log: ")


def test_a_rustup_that_fails_names_the_administrators_command(box: Toolbox) -> None:
    box.rustup("exit 1\n")
    box.debian(installed=False)

    with pytest.raises(ToolMissing) as refused:
        set_up(box.machine(is_root=False))

    assert "ask an administrator" in refused.value.fix


def test_debians_rust_is_chosen_by_a_shim_and_leaves_the_system_alone(box: Toolbox) -> None:
    box.debian(installed=True)
    before = sorted(box.system.parent.rglob("*"))

    set_up(box.machine())

    toolchain = inventory.examine(PINS, box.machine()).toolchain
    assert toolchain is not None
    shim = next(folder / "rustc" for folder in toolchain.path if (folder / "rustc").exists())
    assert 2 == len(shim.read_text(encoding="utf-8").splitlines())
    assert before == sorted(box.system.parent.rglob("*"))


def test_the_std_crate_itself_is_no_part_of_std(box: Toolbox) -> None:
    box.debian(installed=True)
    set_up(box.machine())

    libraries = paths.tools().glob("*/debian/lib/rustlib/wasm32-unknown-unknown/lib/*")
    assert ["libstd.rlib"] == [file.name for file in libraries]


def test_packages_that_the_system_does_not_have_end_in_the_last_block(box: Toolbox) -> None:
    box.debian(installed=False, candidates=False)

    with pytest.raises(ToolMissing) as refused:
        set_up(box.machine())

    assert "https://sh.rustup.rs" in refused.value.fix
    assert "rustc-web" in refused.value.details[0]
    assert ["apt-get update"] == [call for call in box.calls() if call.startswith("apt-get")]


def test_a_second_run_goes_on_where_the_first_stopped(box: Toolbox) -> None:
    machine = box.machine(more=(box.rust(),))
    box.fails.touch()
    with pytest.raises(ToolMissing) as refused:
        set_up(machine)
    box.fails.unlink()

    set_up(machine)

    assert "error: linking failed" in refused.value.details
    assert is_complete(machine)
    assert [CRATES[0], *CRATES] == [call for call in box.calls() if "@" in call]


def test_what_somebody_else_got_meanwhile_is_not_got_again(box: Toolbox) -> None:
    machine = box.machine(more=(box.rust(),))
    planned = setup_plan.plan(PINS, machine)

    for _ in range(2):
        setup_plan.acquire(PINS, planned, lambda *_: None, machine)

    assert CRATES == [call for call in box.calls() if "@" in call]
    assert 1 == box.calls().count("npm")


def test_a_second_set_up_waits_and_says_so(box: Toolbox) -> None:
    lock = FileLock(paths.cache() / "setup.lock")
    lock.acquire()
    heard: list[tuple[str, str]] = []
    other = threading.Thread(
        target=setup_plan.acquire, args=(PINS, (), lambda name, line: heard.append((name, line)), box.machine())
    )

    other.start()
    time.sleep(0.5)
    is_waiting = other.is_alive()
    lock.release()
    other.join(timeout=10)

    assert is_waiting
    assert not other.is_alive()
    assert [("setup", "another set-up is at work; this one waits for it")] == heard


def test_a_failure_of_the_network_is_not_blamed_on_the_tool(box: Toolbox) -> None:
    folder = box.rust()
    box.add("cargo", f"{TELLS}echo 'Could not resolve host'\nexit 101\n", folder)

    with pytest.raises(IOFailure):
        set_up(box.machine(more=(folder,)))


def test_a_tool_that_was_installed_and_does_not_run_is_refused(box: Toolbox) -> None:
    folder = box.rust()
    box.add("cargo", f"{TELLS}exit 0\n", folder)

    with pytest.raises(ToolMissing, match="does not run here"):
        set_up(box.machine(more=(folder,)))


def sleeper(box: Toolbox, stop: threading.Event) -> Callable[[], None]:
    job = Job("sleeper", box.machine(), lambda *_: None, stop)
    return lambda: job.run(["/bin/sh", "-c", "echo $$; exec /bin/sleep 60"])


def has_ended() -> bool:
    pid = int((paths.logs() / "setup-sleeper.log").read_text(encoding="utf-8"))
    return not Path(f"/proc/{pid}").exists()


def test_a_failure_ends_what_runs_beside_it(box: Toolbox) -> None:
    stop = threading.Event()

    def fail() -> None:
        time.sleep(0.3)
        raise ToolMissing(what="broken", where="here", why="it is", fix="mend it")

    started = time.monotonic()
    with pytest.raises(Refusal, match="broken"):
        side_by_side(stop, [sleeper(box, stop), fail], at_once=2)

    assert time.monotonic() - started < 5
    assert has_ended()


def test_ctrl_c_ends_every_program(box: Toolbox) -> None:
    stop = threading.Event()
    threading.Timer(0.5, lambda: os.kill(os.getpid(), signal.SIGINT)).start()

    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        side_by_side(stop, [sleeper(box, stop), sleeper(box, stop)], at_once=2)

    assert time.monotonic() - started < 5
    assert has_ended()
