"""Starts every program that is not Python, and sees to it that none outlives us.

Each program leads a process group of its own. When the block that started it is left, in
whatever way, the whole group is ended; when we are killed outright, `reaper.py` does it.
The only module that imports `subprocess`.

Not here: what is run, and what its output means.
"""

from __future__ import annotations

import atexit
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

from scaffolder.core.models import Ran
from scaffolder.system import reaper as guard
from scaffolder.system import signals
from scaffolder.system.parallel import Stopped

TICK = 0.03
"""Seconds between two looks at a running program."""

CODES = r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b.|[\x00-\x08\x0e-\x1f\x7f]"
"""What a terminal would act on, not show: colours, cursor moves, titles, bells."""

_guard_lock = threading.Lock()
_guard_process: subprocess.Popen[str] | None = None


class Running:
    """A program that is still running; made by `running`."""

    def __init__(self, popen: subprocess.Popen[bytes], log: Path, stop: threading.Event) -> None:
        self._popen = popen
        self._log = log
        self._stop = stop
        self._started = time.monotonic()

    def output(self) -> str:
        """Answer everything written so far, without codes for a terminal."""
        text = self._log.read_text(encoding="utf-8", errors="replace")
        return re.sub(CODES, "", text)

    def _newest_line(self) -> str:
        return self.output().rstrip().rpartition("\n")[2].strip()

    def has_ended(self) -> bool:
        """Answer whether the program is over."""
        return self._popen.poll() is not None

    def wait_for(self, pattern: str, limit: float) -> re.Match[str] | None:
        """Wait until the output holds a pattern.

        Args:
            pattern: A regular expression.
            limit: Seconds to wait at most.

        Returns:
            The match, or None if the program ended or the time was over before.

        Raises:
            Stopped: The end was asked for meanwhile.
        """
        deadline = time.monotonic() + limit
        while True:
            ended = self.has_ended()
            if match := re.search(pattern, self.output()):
                return match
            if ended or time.monotonic() > deadline:
                return None
            self._tick()

    def wait(self, limit: float, on_line: Callable[[str], None] | None = None) -> Ran:
        """Wait until the program ends, or end it when its time is over.

        Args:
            limit: Seconds to wait at most.
            on_line: Called with the newest line of output whenever there is one.

        Raises:
            Stopped: The end was asked for meanwhile.
        """
        deadline = self._started + limit
        newest = ""
        while not self.has_ended() and time.monotonic() < deadline:
            if on_line and (line := self._newest_line()) != newest:
                newest = line
                on_line(line)
            self._tick()
        timed_out = not self.has_ended()
        if timed_out:
            _end(self._popen)
        code = self._popen.wait()
        argv = tuple(map(str, self._popen.args))  # type: ignore[arg-type,unused-ignore]
        return Ran(argv, code, time.monotonic() - self._started, self.output(), timed_out)

    def _tick(self) -> None:
        if self._stop.wait(TICK):
            raise Stopped


@contextmanager
def running(
    argv: Sequence[str], *, cwd: Path, env: Mapping[str, str], log: Path, stop: threading.Event | None = None
) -> Iterator[Running]:
    """Run a program beside us for as long as the block lasts.

    Args:
        argv: The program and its arguments; never a shell line.
        cwd: The folder to run it in.
        env: Its whole environment.
        log: The file that its output is written to.
        stop: Once set, whoever waits for the program gives up.

    Raises:
        FileNotFoundError: There is no such program.
    """
    popen: subprocess.Popen[bytes] | None = None
    try:
        with log.open("wb") as stream, signals.put_off():
            popen = subprocess.Popen(
                argv,
                cwd=cwd,
                env=dict(env),
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            _tell_guard("+", popen.pid)
        yield Running(popen, log, stop or threading.Event())
    finally:
        if popen is not None:
            with signals.put_off():
                _end(popen)
                _tell_guard("-", popen.pid)


def run(
    argv: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str],
    log: Path,
    limit: float,
    on_line: Callable[[str], None] | None = None,
    stop: threading.Event | None = None,
) -> Ran:
    """Run a program to its end.

    Args:
        argv: The program and its arguments; never a shell line.
        cwd: The folder to run it in.
        env: Its whole environment.
        log: The file that its output is written to.
        limit: Seconds after which its whole group is ended.
        on_line: Called with the newest line of output, for a progress line.
        stop: Once set, it is ended.

    Raises:
        FileNotFoundError: There is no such program.
        Stopped: The end was asked for meanwhile.
    """
    with running(argv, cwd=cwd, env=env, log=log, stop=stop) as program:
        return program.wait(limit, on_line)


def become(argv: Sequence[str], *, cwd: Path, env: Mapping[str, str]) -> NoReturn:
    """Turn into another program, which then has the user's terminal to itself.

    Args:
        argv: The program's full path and its arguments.
        cwd: The folder to run it in.
        env: Its whole environment.
    """
    os.chdir(cwd)
    sys.stdout.flush()
    os.execve(argv[0], list(argv), dict(env))  # noqa: S606 - a list of words, and no shell


def attend(argv: Sequence[str], *, cwd: Path, env: Mapping[str, str]) -> int:
    """Run a program on the user's own terminal, and answer its exit code.

    It stays in our process group, so that Ctrl-C reaches it as it would without us.
    """
    popen = subprocess.Popen(argv, cwd=cwd, env=dict(env))
    try:
        return popen.wait()
    finally:
        if popen.poll() is None:
            popen.send_signal(signal.SIGTERM)
        popen.wait()


def find(program: str, path: str) -> str | None:
    """Answer where a program is on a search path, or None."""
    return shutil.which(program, path=path)


def _end(popen: subprocess.Popen[bytes]) -> None:
    """End a program's whole group, and take its exit code.

    The code is waited for meanwhile: a program that nobody waited for still counts as a member
    of its group, which would look alive until the guard's grace is over.
    """
    reaper = threading.Thread(target=popen.wait, daemon=True)
    reaper.start()
    guard.end_group(popen.pid, grace=guard.GRACE)
    reaper.join()


def _tell_guard(sign: str, group: int) -> None:
    """Write one line to the guard, starting it at the first."""
    global _guard_process  # noqa: PLW0603 - one guard for the whole process
    with _guard_lock:
        if _guard_process is None or _guard_process.poll() is not None:
            # Whoever reads our output must not have to wait for the guard.
            _guard_process = subprocess.Popen(
                [sys.executable, "-I", "-S", guard.__file__, str(guard.GRACE)],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
                text=True,
                bufsize=1,
            )
            atexit.register(_dismiss, _guard_process)
        if _guard_process.stdin is not None:
            _guard_process.stdin.write(f"{sign}{group}\n")


def _dismiss(watcher: subprocess.Popen[str]) -> None:
    """Let the guard go, which ends by itself once nobody can tell it anything more."""
    if watcher.stdin is not None:
        watcher.stdin.close()
    watcher.wait()
