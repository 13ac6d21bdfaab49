"""Starts other programs, and makes sure that none outlives this process.

Each program is the leader of its own process group, because cargo, npm and wrangler start children
that do not end with them. Leaving the block that started a program ends the whole group; if this
process is killed with SIGKILL, `reaper.py` ends it. The only module that imports `subprocess`.

Not here: the programs, and the meaning of their output (`program_output.py`).
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
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from scaffolder.core.tool import CompletedProgram
from scaffolder.system import reaper, signals, terminal_control
from scaffolder.system.parallel import Cancelled

TICK = 0.03
"""Seconds between two polls of a running program."""

CONTROL_CODES = r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b.|[\x00-\x08\x0e-\x1f\x7f]"
"""Everything that a terminal would act on instead of showing it: colours, cursor moves, titles, bells."""

_reaper_lock = threading.Lock()
_reaper_process: subprocess.Popen[str] | None = None


class Running:
    """A running program; created by `running`."""

    def __init__(self, popen: subprocess.Popen[bytes], log: Path, stop: threading.Event) -> None:
        self._popen = popen
        self._log = log
        self._stop = stop
        self._started = time.monotonic()

    def output(self) -> str:
        """Return the output so far, without terminal control codes."""
        text = self._log.read_text(encoding="utf-8", errors="replace")
        return re.sub(CONTROL_CODES, "", text)

    def _newest_line(self) -> str:
        return self.output().rstrip().rpartition("\n")[2].strip()

    def has_ended(self) -> bool:
        """Return whether the program has ended."""
        return self._popen.poll() is not None

    def wait_for(self, pattern: str, limit: float) -> re.Match[str] | None:
        """Wait until the output contains a pattern.

        Args:
            pattern: A regular expression.
            limit: Time limit in seconds.

        Returns:
            The match, or None if the program ended or the time was over first.

        Raises:
            Cancelled: `stop` was set.
        """
        deadline = time.monotonic() + limit
        while True:
            # Polled before the output is read, so that the last lines of a program that ends are not missed.
            ended = self.has_ended()
            if match := re.search(pattern, self.output()):
                return match
            if ended or time.monotonic() > deadline:
                return None
            self._tick()

    def wait(self, limit: float, on_line: Callable[[str], None] | None = None) -> CompletedProgram:
        """Wait until the program ends, or end it at the time limit.

        Args:
            limit: Time limit in seconds, from the start of the program.
            on_line: Called with the last line of output each time it changes.

        Raises:
            Cancelled: `stop` was set.
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
        return CompletedProgram(argv, code, time.monotonic() - self._started, self.output(), timed_out)

    def _tick(self) -> None:
        if self._stop.wait(TICK):
            raise Cancelled


@contextmanager
def running(
    argv: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str],
    log: Path,
    stop: threading.Event | None = None,
    may_ask: bool = False,
    feed: Path | None = None,
) -> Iterator[Running]:
    """Run a program in the background for as long as the block lasts.

    Args:
        argv: The program and its arguments; never a shell line.
        cwd: The working directory.
        env: The complete environment.
        log: The file that receives the output.
        stop: Once set, waiting for the program raises `Cancelled`.
        may_ask: Whether it may ask the user at the terminal, such as for a passphrase; Ctrl-C then ends it alone.
        feed: The file that it reads; by default, nothing.

    Raises:
        FileNotFoundError: There is no such program.
    """
    # Another session would have no terminal.
    place: dict[str, Any] = {"process_group": 0} if may_ask else {"start_new_session": True}
    popen: subprocess.Popen[bytes] | None = None
    try:
        # Ctrl-C between the start and the reaper's note of it would leave a program that nobody ends.
        with log.open("wb") as stream, (feed or Path(os.devnull)).open("rb") as source, signals.deferred():
            _notify_reaper()
            place |= {"stdin": source, "stdout": stream, "stderr": subprocess.STDOUT}
            popen = subprocess.Popen(argv, cwd=cwd, env=dict(env), **place)
            _notify_reaper(f"+{popen.pid}")
        with terminal_control.lent_to(popen.pid) if may_ask else nullcontext():
            yield Running(popen, log, stop or threading.Event())
    finally:
        if popen is not None:
            _clean_up(popen)


def run(
    argv: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str],
    log: Path,
    limit: float,
    on_line: Callable[[str], None] | None = None,
    stop: threading.Event | None = None,
    may_ask: bool = False,
    feed: Path | None = None,
) -> CompletedProgram:
    """Run a program and wait for it.

    Args:
        argv: The program and its arguments; never a shell line.
        cwd: The working directory.
        env: The complete environment.
        log: The file that receives the output.
        limit: Time limit in seconds; then the program's process group is ended.
        on_line: Called with the last line of output each time it changes.
        stop: Once set, the program is ended.
        may_ask: Whether it may ask the user at the terminal.
        feed: The file that it reads as its input.

    Raises:
        FileNotFoundError: There is no such program.
        Cancelled: `stop` was set.
    """
    with running(argv, cwd=cwd, env=env, log=log, stop=stop, may_ask=may_ask, feed=feed) as program:
        return program.wait(limit, on_line)


def run_in_terminal(argv: Sequence[str], *, cwd: Path, env: Mapping[str, str]) -> int:
    """Run a program on the user's terminal, and return its exit code.

    It stays in this process group: a terminal sends Ctrl-C to the foreground group only.
    """
    popen = subprocess.Popen(argv, cwd=cwd, env=dict(env))
    try:
        return popen.wait()
    finally:
        if popen.poll() is None:
            popen.send_signal(signal.SIGTERM)
        popen.wait()


def which(program: str, path: str) -> str | None:
    """Return the path of a program on a search path, or None."""
    return shutil.which(program, path=path)


def _clean_up(popen: subprocess.Popen[bytes]) -> None:
    # A second Ctrl-C must not interrupt the cleanup after the first.
    with signals.deferred():
        _end(popen)
        _notify_reaper(f"-{popen.pid}")


def _end(popen: subprocess.Popen[bytes]) -> None:
    """End a program's whole process group, and collect its exit code.

    A thread waits for the program: until then it is a zombie, for which its group looks alive all the grace period.
    """
    waiter = threading.Thread(target=popen.wait, daemon=True)
    waiter.start()
    reaper.end_group(popen.pid, grace=reaper.GRACE)
    waiter.join()


def _notify_reaper(line: str = "") -> None:
    """Start the reaper process if it does not run, and send it a line, if there is one.

    It has to run before the first program does: a kill while it starts would leave that program.
    """
    global _reaper_process  # noqa: PLW0603 - one reaper for the whole process
    with _reaper_lock:
        if _reaper_process is None or _reaper_process.poll() is not None:
            # No inherited output: a reader of this program's output would wait for the reaper, too.
            _reaper_process = subprocess.Popen(
                [sys.executable, "-I", "-S", reaper.__file__, str(reaper.GRACE)],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
                text=True,
                bufsize=1,
            )
            atexit.register(_dismiss, _reaper_process)
        if line and _reaper_process.stdin is not None:
            _reaper_process.stdin.write(f"{line}\n")


def _dismiss(popen: subprocess.Popen[str]) -> None:
    """Close the reaper's input, which makes it exit, and wait for that."""
    popen.communicate()
