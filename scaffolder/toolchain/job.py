"""Runs the long programs of a set-up: with progress, a log, and an end when it is asked for.

Not here: which programs those are.
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
from scaffolder.core.models import Ran
from scaffolder.system import paths, process, program_output
from scaffolder.system.parallel import Stopped
from scaffolder.toolchain.build_env import cleaned
from scaffolder.toolchain.machine import Machine

T = TypeVar("T")

LIMIT = 1800.0
"""Seconds after which any one program of a set-up is ended."""

LOOK = 0.1
"""Seconds between two looks at a program."""

OUTSIDE = re.compile(
    r"network|timed? ?out|ECONN|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ENOSPC|No space left|EACCES"
    r"|[Cc]ould not resolve|[Cc]onnection|proxy|certificate|Permission denied|Read-only"
)
"""What a program says when the place is to blame and not the tool."""

RETRY = "run the same command again; it goes on from where it stopped"


class Stalled(Exception):
    """Nothing came in for as long as we were ready to wait."""


@dataclass(frozen=True)
class Patience:
    """How long a download may take.

    Args:
        silence: Seconds without a new line or a new byte.
        whole: Seconds in all.
    """

    silence: float = 20.0
    whole: float = 600.0


@dataclass(frozen=True)
class Job:
    """One acquisition at work.

    Args:
        name: The acquisition's name.
        machine: The machine it is done on.
        report: Called with the name and the newest line.
        stop: Once set, what still runs is ended.
    """

    name: str
    machine: Machine
    report: Callable[[str, str], None]
    stop: threading.Event

    @property
    def log(self) -> Path:
        """The file that holds the output of the newest program."""
        return paths.logs() / f"setup-{re.sub(r'[^a-z0-9]+', '-', self.name)}.log"

    def run(
        self,
        argv: Sequence[str | Path],
        *,
        cwd: Path | None = None,
        before: Sequence[Path] = (),
        variables: Mapping[str, str] | None = None,
    ) -> None:
        """Run a program to its end.

        Args:
            argv: The program and its arguments.
            cwd: The folder to run it in; the tool folder where there is none.
            before: Folders to put before the user's PATH.
            variables: Further environment variables.

        Raises:
            ToolMissing: It failed, or is not there.
            IOFailure: It failed for the network or the disk.
            Stopped: The end was asked for meanwhile.
        """
        env = cleaned(before, self.machine.search) | dict(variables or {})
        ran = self._follow(argv, cwd or paths.tools(), env, None, None)
        if not ran.is_ok:
            raise self.failed(program_output.last_lines(ran.output))

    def attempt(
        self, argv: Sequence[str | Path], *, variables: Mapping[str, str], patience: Patience, grows: Path
    ) -> Ran:
        """Run a download that may hang or fail, and answer how it went.

        Args:
            argv: The program and its arguments.
            variables: Further environment variables.
            patience: How long to wait.
            grows: The folder that the download goes to.

        Raises:
            Stalled: It hung.
            ToolMissing: There is no such program.
            Stopped: The end was asked for meanwhile.
        """
        env = cleaned((), self.machine.search) | dict(variables)
        return self._follow(argv, paths.tools(), env, patience, grows)

    def failed(self, tail: Sequence[str]) -> Refusal:
        """Word a failure of the program that ran last, by the last lines that it wrote."""
        outside = OUTSIDE.search("\n".join(tail))
        kind = IOFailure if outside else ToolMissing
        why = "the network or the disk did not play along" if outside else "its installation failed"
        return kind(
            what=f"could not get {self.name}",
            where=str(self.log),
            why=why,
            fix=RETRY,
            details=[*tail, f"log: {self.log}"],
        )

    def proven(self, found: T | None) -> T:
        """Answer what was got.

        Raises:
            ToolMissing: It is there, and does not work.
        """
        if found is None:
            raise ToolMissing(
                what=f"{self.name} was installed, but does not run here",
                where=str(paths.tools()),
                why="presence is no proof, so every tool is run before it is relied on",
                fix=f"run `{program()} doctor`, and report what it shows",
                details=[f"log: {self.log}"],
            )
        return found

    def _follow(
        self,
        argv: Sequence[str | Path],
        cwd: Path,
        env: Mapping[str, str],
        patience: Patience | None,
        grows: Path | None,
    ) -> Ran:
        words = [*map(str, argv)]
        try:
            with process.running(words, cwd=cwd, env=env, log=self.log) as program:
                watch = _Watch(patience or Patience(LIMIT, LIMIT), grows)
                while not program.has_ended():
                    self._look(program, watch)
                return program.wait(0)
        except FileNotFoundError as error:
            raise self.failed([str(error)]) from error

    def _look(self, program: process.Running, watch: _Watch) -> None:
        if self.stop.wait(LOOK):
            raise Stopped
        line = program.output().rstrip().rpartition("\n")[2].strip()
        if line and line != watch.line:
            self.report(self.name, line)
        watch.look(line)


class _Watch:
    """Sees whether a program still gets anywhere."""

    def __init__(self, patience: Patience, grows: Path | None) -> None:
        self._patience = patience
        self._grows = grows
        self._started = self._moved = self._measured = time.monotonic()
        self._size = 0
        self.line = ""

    def look(self, line: str) -> None:
        """Take in the newest line.

        Raises:
            Stalled: The program gets nowhere.
        """
        now = time.monotonic()
        if line != self.line or self._has_grown(now):
            self.line, self._moved = line, now
        if now - self._moved > self._patience.silence or now - self._started > self._patience.whole:
            raise Stalled

    def _has_grown(self, now: float) -> bool:
        # A look at every file of a toolchain takes a while, so it is not taken each time.
        if self._grows is None or now - self._measured < min(1.0, self._patience.silence / 4):
            return False
        size, self._measured = _size_of(self._grows), now
        has_grown, self._size = size != self._size, size
        return has_grown


def _size_of(folder: Path) -> int:
    total = 0
    for file in folder.rglob("*"):
        try:
            total += file.lstat().st_size
        except OSError:  # it was moved while we looked
            continue
    return total
