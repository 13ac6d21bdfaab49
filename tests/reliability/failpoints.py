"""Runs commands that are killed, interrupted or refused by the disk at a chosen operation.

A server process loads the scaffolder once and forks for each command, since a program of its own for each of some
hundred kill points would take minutes. A command runs in its fork as it would alone. An audit hook counts its
operations: each file that is opened for writing, renamed, removed or made durable, each folder, and each program that
is started. The operation with the chosen number is never done: that is where the power goes.

Not here: what must hold afterwards (`test_kill_points.py`).
"""

from __future__ import annotations

import atexit
import itertools
import json
import os
import resource
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NoReturn

ROOT = Path(__file__).resolve().parent.parent.parent

OPERATIONS = {
    "os.chmod", "os.link", "os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.symlink", "os.truncate",
    "subprocess.Popen", "os.exec",
}  # fmt: skip
CREATING = {"open", "os.mkdir", "os.fsync", "os.link", "os.symlink"}
"""The operations for which a full disk has no room."""

FULL = OSError(28, "No space left on device")


@dataclass(frozen=True)
class Order:
    """A command, and what happens to it.

    Args:
        words: The arguments of `scaffold`; or `enter` and a lock file, for the first start of a clone.
        cwd: The current folder.
        env: The complete environment.
        place: The folder for the output and the record of operations.
        ending: `kill`, `full`, `torn` (killed by the system as soon as a file has more bytes than `at`), the name of a
            signal; empty for an undisturbed run.
        at: The number of the operation, from 1.
    """

    words: Sequence[str]
    cwd: str
    env: Mapping[str, str]
    place: str
    ending: str = ""
    at: int = 0


@dataclass(frozen=True)
class Ran:
    """The result of a command.

    Args:
        code: The exit code; negative for the signal that ended it.
        out: The standard output.
        err: The standard error.
        operations: Each operation, and the path of its file.
        read: The paths of the files that were opened for reading.
    """

    code: int
    out: str
    err: str
    operations: list[tuple[str, str]]
    read: list[str]


class Server:
    """A client of the process that forks."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def run(self, *orders: Order) -> list[Ran]:
        """Run commands side by side, and return their results in order."""
        for order in orders:
            Path(order.place).mkdir(parents=True, exist_ok=True)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([asdict(order) for order in orders]) + "\n")
        self._process.stdin.flush()
        codes = json.loads(self._process.stdout.readline())
        return [_ran(Path(order.place), code) for order, code in zip(orders, codes, strict=True)]


@contextmanager
def server(catalogue: Path, env: Mapping[str, str]) -> Iterator[Server]:
    """Start the process that forks.

    Args:
        catalogue: The folder of a catalogue without history, as in a wheel.
        env: Its environment, which Copier hands on to git.
    """
    with subprocess.Popen(
        [sys.executable, "-m", "tests.reliability.failpoints", str(catalogue)],
        cwd=ROOT,
        env=dict(env),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield Server(process)
        process.communicate()


def _ran(place: Path, code: int) -> Ran:
    texts = [(place / name).read_text(encoding="utf-8", errors="replace") for name in ("out", "err")]
    lines = [json.loads(line) for line in (place / "operations").read_text(encoding="utf-8").splitlines()]
    operations = [(event, path) for event, path in lines if event != "read"]
    return Ran(code, texts[0], texts[1], operations, [path for event, path in lines if event == "read"])


# --- in the process that forks -------------------------------------------------------------


def main(catalogue: Path) -> None:
    """Fork for each command of each line of the input, and print the exit codes."""
    from scaffolder.catalogue import manifests, render  # noqa: F401, PLC0415 - loaded before the first fork
    from scaffolder.cli import main as cli  # noqa: F401, PLC0415 - likewise
    from scaffolder.commands import check, edit, new, validate  # noqa: F401, PLC0415 - likewise
    from scaffolder.system import bootstrap, git_repository  # noqa: F401, PLC0415 - likewise

    manifests.INSIDE_WHEEL = catalogue
    for line in sys.stdin:
        children = [_fork(Order(**order)) for order in json.loads(line)]
        codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
        print(json.dumps(codes), flush=True)  # noqa: T201 - it is the reply


def _fork(order: Order) -> int:
    child = os.fork()
    if not child:
        try:
            code = _command(order)
        except BaseException:  # noqa: BLE001 - nothing may go on in the loop of the parent
            traceback.print_exc()
            code = 99
        _leave(code)
    return child


def _leave(code: int) -> NoReturn:
    sys.stdout.flush()
    sys.stderr.flush()
    atexit._run_exitfuncs()  # a fork that ended otherwise would go on as its parent
    os._exit(code)


def _command(order: Order) -> int:
    place = Path(order.place)
    os.chdir(order.cwd)
    os.environ.clear()
    os.environ.update(order.env)
    for number, name in ((0, os.devnull), (1, place / "out"), (2, place / "err")):
        handle = os.open(name, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(handle, number)
        os.close(handle)
    record = os.open(place / "operations", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    if order.ending == "torn":
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (order.at, order.at))
        record = os.open(os.devnull, os.O_WRONLY)
        (place / "operations").write_bytes(b"")
    Failpoint(order, record).set()
    if order.words[0] == "enter":
        from scaffolder.system import bootstrap  # noqa: PLC0415 - it is loaded

        return bootstrap.enter(Path(order.words[1]), ["the program"]) or 0
    from scaffolder.cli import main as cli  # noqa: PLC0415 - likewise

    sys.argv = ["scaffold"]
    try:
        return cli.main(list(order.words))
    except SystemExit as left:
        return int(left.code or 0)


class Failpoint:
    """Counts the operations of this process, and ends or refuses the one with the chosen number."""

    def __init__(self, order: Order, record: int) -> None:
        self._order = order
        self._record = record
        # Threads count, too, and each number is given once.
        self._numbers = itertools.count(1)
        self._process = os.getpid()

    def set(self) -> None:
        """Begin to count."""
        sys.addaudithook(self._hear)
        real = os.fsync

        def fsync(fd: Any) -> None:
            self._hear("os.fsync", (fd,))
            real(fd)

        os.fsync = fsync

    def _hear(self, event: str, given: tuple[Any, ...]) -> None:
        if os.getpid() != self._process:
            return
        if event == "open":
            if isinstance(given[0], int) or str(given[0]).startswith("/dev/"):
                return
            if not given[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
                self._note("read", given)
                return
        elif event not in OPERATIONS and event != "os.fsync":
            return
        self._note(event, given)
        self._act(event, next(self._numbers))

    def _note(self, event: str, given: tuple[Any, ...]) -> None:
        os.write(self._record, f"{json.dumps([event, _path(event, given)])}\n".encode())

    def _act(self, event: str, number: int) -> None:
        ending, is_there = self._order.ending, number == self._order.at
        if ending == "full" and number >= self._order.at and event in CREATING:
            raise OSError(*FULL.args)
        if ending == "kill" and is_there:
            os.kill(os.getpid(), signal.SIGKILL)
        if ending.startswith("SIG") and is_there:
            os.kill(os.getpid(), signal.Signals[ending])


HANDLES: dict[str, Callable[[tuple[Any, ...]], int]] = {
    "os.mkdir": lambda given: given[2],
    "os.remove": lambda given: given[1],
    "os.rmdir": lambda given: given[1],
    "os.rename": lambda given: given[3],
    "os.chmod": lambda given: given[2],
}
"""The folder that an operation's path begins in, where it may be relative to one."""


def _path(event: str, given: tuple[Any, ...]) -> str:
    """Return the full path of the file that an operation changes; a relative one of `open` in a folder stays so."""
    if event in {"subprocess.Popen", "os.exec"}:
        return str(given[0])
    found = given[1] if event in {"os.rename", "os.link", "os.symlink"} else given[0]
    if isinstance(found, int):
        return os.readlink(f"/proc/self/fd/{found}")  # noqa: PTH115 - it is a handle
    path = os.fsdecode(found)
    handle = HANDLES[event](given) if event in HANDLES else -1
    if handle >= 0 and not path.startswith("/"):
        path = f"{os.readlink(f'/proc/self/fd/{handle}')}/{path}"  # noqa: PTH115 - it is a handle
    return path


if __name__ == "__main__":
    main(Path(sys.argv[1]))
