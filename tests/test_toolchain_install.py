"""Running a setup: parallel, resumable, one at a time, and with no process left at its end."""

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
from scaffolder.system.parallel import run_all
from scaffolder.toolchain import inventory, setup_plan
from scaffolder.toolchain.job import Job, Timeouts
from scaffolder.toolchain.machine import Machine
from tests.fakes.toolbox import PINS, Toolbox

CRATES = ["worker-build@0.8.7", "wasm-bindgen-cli@0.2.129"]
VERSION = "[ $1 = -V ] && { echo cargo 1.96.0; exit; }\n"
SHORT = Timeouts(idle=0.5, total=5.0)


def set_up(machine: Machine, timeouts: Timeouts = SHORT) -> list[tuple[str, str]]:
    reported: list[tuple[str, str]] = []
    planned = setup_plan.plan(PINS, machine)
    setup_plan.install(PINS, planned, lambda name, line: reported.append((name, line)), machine, timeouts)
    return reported


def is_complete(machine: Machine) -> bool:
    return inventory.examine(PINS, machine).toolchain is not None


def test_after_a_setup_nothing_is_missing(box: Toolbox) -> None:
    box.rustup_that_works()
    machine = box.machine()

    reported = set_up(machine)

    assert is_complete(machine)
    assert () == setup_plan.plan(PINS, machine)
    assert {"rust", "worker-build", "wasm-bindgen", "npm tools"} <= {name for name, line in reported if line == "done"}


def test_build_files_are_removed(box: Toolbox) -> None:
    box.rustup_that_works()
    set_up(box.machine())

    assert [] == list(paths.tools().glob("*/compiling"))


def test_a_rustup_that_hangs_is_replaced_by_debians_packages(box: Toolbox) -> None:
    box.rustup("exec /bin/sleep 60\n")
    box.debian(installed=False)
    started = time.monotonic()

    set_up(box.machine())

    assert is_complete(box.machine())
    assert 2 == len([call for call in box.calls() if call.startswith("apt-get ")])
    assert time.monotonic() - started < 20


def test_a_slow_rustup_that_makes_progress_is_not_stopped(box: Toolbox) -> None:
    box.rustup_that_works()
    works = (box.programs / "rustup").read_text(encoding="utf-8").removeprefix("#!/bin/sh\n")
    moves = 'for i in 1 2 3 4 5; do /bin/sleep 0.3; echo $i >> "$RUSTUP_HOME/part"; done\n'
    box.rustup(f'/bin/mkdir -p "$RUSTUP_HOME"\n{moves}{works}')

    set_up(box.machine())

    assert is_complete(box.machine())


def test_a_rustup_that_fails_is_a_refusal_where_there_is_no_fallback(box: Toolbox) -> None:
    box.rustup("echo 'error: could not download file'\nexit 1\n")

    with pytest.raises(ToolMissing) as refused:
        set_up(box.machine(platform="darwin"))

    assert "error: could not download file" in refused.value.details
    assert refused.value.details[-1].startswith("log: ")


def test_a_rustup_that_fails_without_root_shows_the_administrators_command(box: Toolbox) -> None:
    box.rustup("exit 1\n")
    box.debian(installed=False)

    with pytest.raises(ToolMissing) as refused:
        set_up(box.machine(is_root=False))

    assert "ask an administrator" in refused.value.fix


def test_debians_rust_is_selected_by_a_shim_and_the_system_is_not_changed(box: Toolbox) -> None:
    box.debian(installed=True)
    before = sorted(box.system.parent.rglob("*"))

    set_up(box.machine())

    toolchain = inventory.examine(PINS, box.machine()).toolchain
    assert toolchain is not None
    shim = next(folder / "rustc" for folder in toolchain.path if (folder / "rustc").exists())
    assert 2 == len(shim.read_text(encoding="utf-8").splitlines())
    assert before == sorted(box.system.parent.rglob("*"))


def test_the_empty_crate_is_not_part_of_std(box: Toolbox) -> None:
    box.debian(installed=True)
    set_up(box.machine())

    libraries = paths.tools().glob("*/debian/lib/rustlib/wasm32-unknown-unknown/lib/*")
    assert ["libstd.rlib"] == [file.name for file in libraries]


def test_packages_without_a_candidate_are_a_refusal_that_names_rustup(box: Toolbox) -> None:
    box.debian(installed=False, candidates=False)

    with pytest.raises(ToolMissing) as refused:
        set_up(box.machine())

    assert "https://sh.rustup.rs" in refused.value.fix
    assert "rustc-web" in refused.value.details[0]
    assert ["apt-get update"] == [call for call in box.calls() if call.startswith("apt-get")]


def test_a_second_run_resumes_where_the_first_stopped(box: Toolbox) -> None:
    machine = box.machine(more=(box.rust(),))
    box.fails.touch()
    with pytest.raises(ToolMissing) as refused:
        set_up(machine)
    box.fails.unlink()

    set_up(machine)

    assert "error: linking failed" in refused.value.details
    assert is_complete(machine)
    assert [CRATES[0], *CRATES] == [call for call in box.calls() if "@" in call]


def test_tools_installed_by_another_run_are_not_installed_again(box: Toolbox) -> None:
    machine = box.machine(more=(box.rust(),))
    planned = setup_plan.plan(PINS, machine)

    for _ in range(2):
        setup_plan.install(PINS, planned, lambda *_: None, machine)

    assert CRATES == [call for call in box.calls() if "@" in call]
    assert 1 == box.calls().count("npm")


def test_a_second_setup_reports_that_it_waits(box: Toolbox) -> None:
    lock = FileLock(paths.cache() / "setup.lock")
    lock.acquire()
    reported: list[tuple[str, str]] = []
    other = threading.Thread(
        target=setup_plan.install, args=(PINS, (), lambda name, line: reported.append((name, line)), box.machine())
    )

    other.start()
    time.sleep(0.5)
    is_waiting = other.is_alive()
    lock.release()
    other.join(timeout=10)

    assert is_waiting
    assert not other.is_alive()
    assert [("setup", "waiting for the lock: another setup is running")] == reported


def test_a_network_error_is_not_blamed_on_the_tool(box: Toolbox) -> None:
    folder = box.rust()
    box.add("cargo", f"{VERSION}echo 'Could not resolve host'\nexit 101\n", folder)

    with pytest.raises(IOFailure) as refused:
        set_up(box.machine(more=(folder,)))

    assert refused.value.why == "network or disk error"


def test_a_tool_that_does_not_work_after_its_installation_is_refused(box: Toolbox) -> None:
    folder = box.rust()
    box.add("cargo", f"{VERSION}exit 0\n", folder)

    with pytest.raises(ToolMissing, match="does not work"):
        set_up(box.machine(more=(folder,)))


def sleeper(box: Toolbox, stop: threading.Event) -> Callable[[], None]:
    job = Job("sleeper", box.machine(), lambda *_: None, stop)
    return lambda: job.run(["/bin/sh", "-c", "echo $$; exec /bin/sleep 60"])


def has_ended() -> bool:
    pid = int((paths.logs() / "setup-sleeper.log").read_text(encoding="utf-8"))
    return not Path(f"/proc/{pid}").exists()


def test_a_failure_ends_the_programs_of_other_tasks(box: Toolbox) -> None:
    stop = threading.Event()

    def fail() -> None:
        time.sleep(0.3)
        raise ToolMissing(what="broken", where="here", why="it is", fix="repair it")

    started = time.monotonic()
    with pytest.raises(Refusal, match="broken"):
        run_all(stop, [sleeper(box, stop), fail], max_workers=2)

    assert time.monotonic() - started < 5
    assert has_ended()


def test_ctrl_c_ends_every_program(box: Toolbox) -> None:
    stop = threading.Event()
    threading.Timer(0.5, lambda: os.kill(os.getpid(), signal.SIGINT)).start()

    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        run_all(stop, [sleeper(box, stop), sleeper(box, stop)], max_workers=2)

    assert time.monotonic() - started < 5
    assert has_ended()
