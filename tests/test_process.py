"""No program outlives the process that started it, however that ends; its output is kept in order."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, suppress
from pathlib import Path

import pytest

from scaffolder.core.tool import CompletedProgram
from scaffolder.system import process, reaper

from .conftest import ROOT

LIMIT = 30.0
"""Seconds after which a test stops waiting, and fails."""

GRACE = 0.5
"""The grace period in these tests; the usual five seconds would make them slow."""

# Records the processes that it starts: one that ends on SIGTERM, and one that ignores it.
FAMILY = """\
echo $$ >> pids
sleep 1000 & echo $! >> pids
sh -c 'trap "" TERM INT HUP; echo $$ >> pids; echo ready; while :; do sleep 0.05; done' &
wait
"""

SERVER = """\
from http.server import HTTPServer, BaseHTTPRequestHandler
server = HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
print(server.server_port, flush=True)
server.serve_forever()
"""

PARENT = f"""\
import os, signal, sys
from pathlib import Path
from scaffolder.system import process, reaper
reaper.GRACE = {GRACE}
for number in (signal.SIGTERM, signal.SIGHUP):
    signal.signal(number, signal.default_int_handler)
here = Path(sys.argv[1])
with process.running(["sh", "-c", sys.argv[2]], cwd=here, env=os.environ, log=here / "log") as program:
    program.wait_for("ready", 30)
    print("up", flush=True)
    program.wait(1000)
"""


@pytest.fixture(autouse=True)
def _short_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reaper, "GRACE", GRACE)


def is_alive(pid: int) -> bool:
    """Return whether a process runs; a zombie does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LIMIT
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def family(folder: Path) -> list[int]:
    pids = [int(line) for line in (folder / "pids").read_text(encoding="utf-8").split()]
    assert len(pids) == 3
    return pids


def all_gone(folder: Path) -> bool:
    return not any(map(is_alive, family(folder)))


def background(folder: Path, script: str = FAMILY) -> AbstractContextManager[process.Running]:
    return process.running(["sh", "-c", script], cwd=folder, env=os.environ, log=folder / "log")


def run(
    folder: Path, script: str, limit: float = LIMIT, on_line: Callable[[str], None] | None = None
) -> CompletedProgram:
    return process.run(
        ["sh", "-c", script], cwd=folder, env=os.environ, log=folder / "log", limit=limit, on_line=on_line
    )


# --- output ------------------------------------------------------------------


def test_output_and_errors_are_kept_in_order_and_in_the_log(tmp_path: Path) -> None:
    result = run(tmp_path, "echo one; echo two >&2; printf '\\033[31mthree\\033[0m\\n'; exit 7")

    assert result.output == "one\ntwo\nthree\n"
    assert (result.code, result.is_ok, result.timed_out) == (7, False, False)
    assert (tmp_path / "log").read_bytes() == b"one\ntwo\n\x1b[31mthree\x1b[0m\n"


def test_terminal_codes_are_removed_from_the_output(tmp_path: Path) -> None:
    result = run(tmp_path, r"printf '\033[?25l\033[1;31mred\033[0m\033]0;title\007 \033]8;;a\033\\link\a\010\n\tend\n'")

    assert result.output == "red link\n\tend\n"


def test_output_that_is_not_utf_8_is_replaced(tmp_path: Path) -> None:
    assert run(tmp_path, "printf 'a\\377b'").output == "a\N{REPLACEMENT CHARACTER}b"


def test_the_last_line_is_reported_while_the_program_runs(tmp_path: Path) -> None:
    lines: list[str] = []

    def on_line(line: str) -> None:
        lines.append(line)
        (tmp_path / "go").touch()

    run(tmp_path, "echo first; while [ ! -e go ]; do sleep 0.01; done", on_line=on_line)

    assert lines == ["first"]


def test_a_program_does_not_read_the_terminals_input(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.write(writing, b"typed\n")
    os.close(writing)
    before = os.dup(0)
    os.dup2(reading, 0)
    try:
        assert run(tmp_path, "cat; echo end").output == "end\n"
    finally:
        os.dup2(before, 0)
        os.close(before)
        os.close(reading)


def test_a_program_that_does_not_exist_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        process.run(["no-such-program"], cwd=tmp_path, env=os.environ, log=tmp_path / "log", limit=1)


@pytest.mark.parametrize(
    ("pattern", "limit", "script", "found"),
    [
        (r"port (\d+)", LIMIT, "echo 'on port 81'; sleep 1000", "81"),
        (r"port (\d+)", LIMIT, "echo 'on port 82'", "82"),
        (r"port (\d+)", LIMIT, "echo nothing", None),
        (r"port (\d+)", 0.2, "sleep 1000", None),
    ],
    ids=["it comes", "it comes and the program ends", "the program ends without", "it takes too long"],
)
def test_a_pattern_in_the_output_is_waited_for(
    tmp_path: Path, pattern: str, limit: float, script: str, found: str | None
) -> None:
    with background(tmp_path, script) as program:
        match = program.wait_for(pattern, limit)

    assert (match and match[1]) == found


def test_threads_can_run_programs_concurrently(tmp_path: Path) -> None:
    def one(number: int) -> str:
        folder = tmp_path / str(number)
        folder.mkdir()
        return run(folder, f"echo {number}").output

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(one, range(16))) == [f"{number}\n" for number in range(16)]


# --- cleanup ---------------------------------------------------------------------------


@pytest.mark.promise("no-orphan", kind="other")
def test_children_that_a_program_leaves_behind_are_ended(tmp_path: Path) -> None:
    result = run(tmp_path, FAMILY.replace("wait\n", "while ! grep -q ready log; do sleep 0.01; done\n"))

    assert result.is_ok
    assert all_gone(tmp_path)


@pytest.mark.promise("no-orphan", kind="other")
def test_a_program_that_times_out_is_ended_with_its_children(tmp_path: Path) -> None:
    result = run(tmp_path, FAMILY, limit=1.0)

    assert result.timed_out
    assert not result.is_ok
    assert all_gone(tmp_path)


@pytest.mark.promise("no-orphan", kind="signal")
@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_an_exception_in_the_block_ends_the_whole_group(tmp_path: Path, error: type[BaseException]) -> None:
    def go_wrong() -> None:
        with background(tmp_path) as program:
            assert program.wait_for("ready", LIMIT)
            raise error

    with pytest.raises(error):
        go_wrong()

    assert all_gone(tmp_path)


@pytest.mark.promise("no-orphan", kind="signal")
def test_a_second_ctrl_c_does_not_interrupt_the_cleanup(tmp_path: Path) -> None:
    def press_again() -> None:
        # The cleanup has begun: SIGTERM has ended one member of the group, and the other ignores it.
        wait_until(lambda: not is_alive(family(tmp_path)[1]))
        os.kill(os.getpid(), signal.SIGINT)

    def press() -> None:
        with background(tmp_path) as program:
            assert program.wait_for("ready", LIMIT)
            again.start()
            raise KeyboardInterrupt

    again = threading.Thread(target=press_again)
    with pytest.raises(KeyboardInterrupt):
        press()
    again.join()

    assert all_gone(tmp_path)


@pytest.mark.promise("no-orphan", kind="signal")
def test_ctrl_c_during_the_cleanup_is_deferred_until_it_is_done(tmp_path: Path) -> None:
    def press() -> None:
        with background(tmp_path) as program:
            assert program.wait_for("ready", LIMIT)
            presser.start()

    def wait_and_press() -> None:
        wait_until(lambda: not is_alive(family(tmp_path)[1]))
        os.kill(os.getpid(), signal.SIGINT)

    presser = threading.Thread(target=wait_and_press)
    with pytest.raises(KeyboardInterrupt):
        press()
    presser.join()

    assert all_gone(tmp_path)


def test_a_port_that_a_program_held_is_free_afterwards(tmp_path: Path) -> None:
    (tmp_path / "server.py").write_text(SERVER, encoding="utf-8")
    with background(tmp_path, f"{sys.executable} server.py & wait") as program:
        match = program.wait_for(r"(\d+)\n", LIMIT)
        assert match
        port = int(match[1])
        socket.create_connection(("127.0.0.1", port)).close()

    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))


# --- the end of the parent -----------------------------------------------------------------


@pytest.fixture
def parent(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Return a program that has started a family, in a folder of its own."""
    with start_parent(tmp_path) as program:
        yield program
        program.kill()


def start_parent(folder: Path) -> subprocess.Popen[str]:
    program = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(folder), FAMILY],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert program.stdout is not None
    assert program.stdout.readline() == "up\n"
    return program


@pytest.mark.promise("no-orphan", kind="signal")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_a_parent_that_gets_a_signal_leaves_no_process_behind(
    parent: subprocess.Popen[str], tmp_path: Path, number: signal.Signals
) -> None:
    parent.send_signal(number)
    parent.wait(LIMIT)

    wait_until(lambda: all_gone(tmp_path))


@pytest.mark.promise("no-orphan", kind="kill point")
def test_twenty_parents_that_are_killed_leave_no_process_behind(tmp_path: Path) -> None:
    folders = [tmp_path / str(number) for number in range(20)]
    for folder in folders:
        folder.mkdir()
    with ThreadPoolExecutor(4) as pool:
        parents = list(pool.map(start_parent, folders))
    for program in parents:
        program.kill()
        program.communicate()

    for folder in folders:
        wait_until(lambda folder=folder: all_gone(folder))  # type: ignore[misc]


KILLED = """\
import os, signal, sys
from pathlib import Path
from scaffolder.system import process

starts = iter(range(2))

def hook(event, _):
    if event == "subprocess.Popen" and next(starts) == 1:
        os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(hook)
here = Path(sys.argv[1])
process.run(["sh", "-c", sys.argv[2]], cwd=here, env=os.environ, log=here / "log", limit=1000)
"""


@pytest.mark.promise("no-orphan", kind="kill point")
def test_a_parent_that_is_killed_as_it_starts_its_first_program_leaves_no_process_behind(tmp_path: Path) -> None:
    script = f"trap '' TERM; while sleep 0.05; do : {tmp_path}; done"

    ran = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path), script], cwd=ROOT, check=False)

    assert ran.returncode == -signal.SIGKILL
    wait_until(lambda: str(tmp_path).encode() not in b"".join(command_lines()))


def command_lines() -> Iterator[bytes]:
    """Yield the command line of every process that runs."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            yield path.read_bytes()


def reapers_of(parent: int) -> list[int]:
    """Return the reapers that a process has started; one has no command line for a moment while it starts."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="utf-8").split()
    return [int(pid) for pid in children if b"reaper.py" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def test_the_reaper_itself_exits_when_the_parent_does(parent: subprocess.Popen[str]) -> None:
    wait_until(lambda: len(reapers_of(parent.pid)) == 1)
    (started,) = reapers_of(parent.pid)

    parent.kill()

    wait_until(lambda: not is_alive(started))
