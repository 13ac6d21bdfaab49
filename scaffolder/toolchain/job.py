"""Runs the long programs of a setup: with progress, a log, time limits and cancellation.

Not here: the programs themselves (`tools/`).
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from scaffolder.core.errors import IOFailure, Refusal, ToolMissing
from scaffolder.core.invocation import program
from scaffolder.core.tool import CompletedProgram
from scaffolder.system import paths, process, program_output
from scaffolder.system.parallel import Cancelled
from scaffolder.toolchain.build_env import clean_environment
from scaffolder.toolchain.machine import Machine

T = TypeVar("T")

LIMIT = 1800.0
"""Time limit of each program of a setup, in seconds."""

POLL_INTERVAL = 0.1
"""Seconds between two polls of a program."""

ENVIRONMENT_ERROR = re.compile(
    r"network|timed? ?out|ECONN|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ENOSPC|No space left|EACCES"
    r"|[Cc]ould not resolve|[Cc]onnection|proxy|certificate|Permission denied|Read-only"
)
"""Matches messages about the network, the disk or permissions, as opposed to a broken tool."""

RETRY = "run the same command again; it resumes where it stopped"


class Stalled(Exception):
    """A download made no progress within its time limits."""


@dataclass(frozen=True)
class Timeouts:
    """The time limits of a download.

    Args:
        idle: Seconds without a new line of output or a new byte on the disk.
        total: Seconds altogether.
    """

    idle: float = 20.0
    total: float = 600.0


@dataclass(frozen=True)
class Job:
    """One step of a setup.

    Args:
        name: The step's name.
        machine: The machine to install on.
        report: Called with the name and the last line of output.
        stop: Once set, the running program is ended.
    """

    name: str
    machine: Machine
    report: Callable[[str, str], None]
    stop: threading.Event

    @property
    def log(self) -> Path:
        """The file with the output of the last program."""
        return paths.logs() / f"setup-{re.sub(r'[^a-z0-9]+', '-', self.name)}.log"

    def run(
        self,
        argv: Sequence[str | Path],
        *,
        cwd: Path | None = None,
        before: Sequence[Path] = (),
        variables: Mapping[str, str] | None = None,
    ) -> None:
        """Run a program and wait for it.

        Args:
            argv: The program and its arguments.
            cwd: The working directory; by default the tool folder.
            before: Folders to put in front of the user's PATH.
            variables: Additional environment variables.

        Raises:
            ToolMissing: The program failed, or does not exist.
            IOFailure: The program failed because of the network or the disk.
            Cancelled: `stop` was set.
        """
        env = clean_environment(before, self.machine.search) | dict(variables or {})
        result = self._follow(argv, cwd or paths.tools(), env, None, None)
        if not result.is_ok:
            raise self.failed(program_output.last_lines(result.output))

    def attempt(
        self, argv: Sequence[str | Path], *, variables: Mapping[str, str], timeouts: Timeouts, destination: Path
    ) -> CompletedProgram:
        """Run a download that may hang or fail, and return its result.

        Args:
            argv: The program and its arguments.
            variables: Additional environment variables.
            timeouts: The time limits.
            destination: The folder that the download writes to.

        Raises:
            Stalled: A time limit was exceeded.
            ToolMissing: There is no such program.
            Cancelled: `stop` was set.
        """
        env = clean_environment((), self.machine.search) | dict(variables)
        return self._follow(argv, paths.tools(), env, timeouts, destination)

    def failed(self, tail: Sequence[str]) -> Refusal:
        """Return the refusal for a failed program, given the last lines of its output."""
        is_environment = ENVIRONMENT_ERROR.search("\n".join(tail))
        class_ = IOFailure if is_environment else ToolMissing
        return class_(
            what=f"could not install {self.name}",
            where=str(self.log),
            why="network or disk error" if is_environment else "its installation failed",
            fix=RETRY,
            details=[*tail, f"log: {self.log}"],
        )

    def require_working(self, tool: T | None) -> T:
        """Return an installed tool.

        Raises:
            ToolMissing: It is None: it was installed, but does not work.
        """
        if tool is None:
            raise ToolMissing(
                what=f"{self.name} was installed, but does not work",
                where=str(paths.tools()),
                why="every tool is run once after its installation, and this one failed",
                fix=f"run `{program()} doctor`, and report its output",
                details=[f"log: {self.log}"],
            )
        return tool

    def _follow(
        self,
        argv: Sequence[str | Path],
        cwd: Path,
        env: Mapping[str, str],
        timeouts: Timeouts | None,
        destination: Path | None,
    ) -> CompletedProgram:
        try:
            with process.running([*map(str, argv)], cwd=cwd, env=env, log=self.log) as program:
                detector = _StallDetector(timeouts or Timeouts(LIMIT, LIMIT), destination)
                while not program.has_ended():
                    self._poll(program, detector)
                return program.wait(0)
        except FileNotFoundError as error:
            raise self.failed([str(error)]) from error

    def _poll(self, program: process.Running, detector: _StallDetector) -> None:
        if self.stop.wait(POLL_INTERVAL):
            raise Cancelled
        line = program.output().rstrip().rpartition("\n")[2].strip()
        if line and line != detector.line:
            self.report(self.name, line)
        detector.update(line)


class _StallDetector:
    """Detects that a program has stalled."""

    def __init__(self, timeouts: Timeouts, destination: Path | None) -> None:
        self._timeouts = timeouts
        self._destination = destination
        self._started = self._progressed = self._measured = time.monotonic()
        self._size = 0
        self.line = ""

    def update(self, line: str) -> None:
        """Record the last line of output.

        Raises:
            Stalled: A time limit was exceeded.
        """
        now = time.monotonic()
        if line != self.line or self._has_grown(now):
            self.line, self._progressed = line, now
        if now - self._progressed > self._timeouts.idle or now - self._started > self._timeouts.total:
            raise Stalled

    def _has_grown(self, now: float) -> bool:
        # Measuring a toolchain of thousands of files takes a while, so not at every poll.
        if self._destination is None or now - self._measured < min(1.0, self._timeouts.idle / 4):
            return False
        size, self._measured = _size_of(self._destination), now
        has_grown, self._size = size != self._size, size
        return has_grown


def _size_of(folder: Path) -> int:
    total = 0
    for file in folder.rglob("*"):
        try:
            total += file.lstat().st_size
        except OSError:  # moved or deleted by the download in the meantime
            continue
    return total
