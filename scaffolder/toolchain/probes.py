"""Asks tools short questions, each with a deadline, in a folder that steers none of them.

A `rust-toolchain.toml` or an `.npmrc` in the user's folder would change the answers, so the
probes run in a new folder of the cache.

Not here: what is asked, and what follows from the answers.
"""

from __future__ import annotations

import tempfile
import threading
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from scaffolder.core.models import Ran
from scaffolder.system import paths, process
from scaffolder.system.parallel import Stopped
from scaffolder.toolchain.build_env import cleaned
from scaffolder.toolchain.machine import Machine
from scaffolder.toolchain.versions import version_in

LIMIT = 20.0
"""Seconds after which a tool that was asked for its version is taken for broken."""


@dataclass(frozen=True)
class Probes:
    """A place to ask from.

    Args:
        machine: Where the tools are.
        folder: The folder to run in.
        stop: Once set, what still runs is ended.
    """

    machine: Machine
    folder: Path
    stop: threading.Event = field(default_factory=threading.Event)

    def ask(
        self, argv: Sequence[str | Path], *, variables: Mapping[str, str] | None = None, before: Sequence[Path] = ()
    ) -> Ran | None:
        """Run a program, and answer how it went; None where it cannot be started.

        Args:
            argv: The program and its arguments.
            variables: Environment variables for it.
            before: Folders to put before the user's PATH.

        Raises:
            Stopped: The end was asked for meanwhile.
        """
        log = self.folder / f"{uuid.uuid4().hex}.log"
        env = cleaned(before, self.machine.search) | dict(variables or {})
        try:
            with process.running([*map(str, argv)], cwd=self.folder, env=env, log=log) as program:
                return self._ended(program)
        except OSError:
            return None

    def version(self, argv: Sequence[str | Path], *, before: Sequence[Path] = ()) -> str:
        """Answer the version that a program tells, or an empty text where it fails."""
        ran = self.ask(argv, before=before)
        return version_in(ran.output) if ran and ran.is_ok else ""

    def _ended(self, program: process.Running) -> Ran:
        deadline = time.monotonic() + LIMIT
        while not program.has_ended() and time.monotonic() < deadline:
            if self.stop.wait(0.01):
                raise Stopped
        return program.wait(0)


@contextmanager
def probing(machine: Machine, stop: threading.Event | None = None) -> Iterator[Probes]:
    """Make a place to ask from, for as long as the block lasts."""
    with tempfile.TemporaryDirectory(dir=paths.work(), prefix="probe-") as folder:
        probes = Probes(machine, Path(folder), stop or threading.Event())
        try:
            yield probes
        except BaseException:
            # The threads that still ask must not outlive Ctrl-C.
            probes.stop.set()
            raise
