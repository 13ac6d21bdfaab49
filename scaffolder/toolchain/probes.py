"""Runs tools briefly, to see their versions and whether they work.

They run in an empty folder of the cache: a `rust-toolchain.toml` or an `.npmrc` in the current
directory would change their output.

Not here: which tools are run (`survey.py`), and long programs (`job.py`).
"""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from scaffolder.core.tool import CompletedProgram
from scaffolder.system import paths, process
from scaffolder.system.parallel import Cancelled
from scaffolder.system.scratch import scratch
from scaffolder.toolchain.build_env import clean_environment
from scaffolder.toolchain.machine import Machine
from scaffolder.toolchain.versions import version_in

LIMIT = 20.0
"""Seconds after which a tool that does not print its version counts as broken."""


@dataclass(frozen=True)
class Probes:
    """Runs tools in a folder of their own.

    Args:
        machine: The machine that has the tools.
        folder: The working directory.
        stop: Once set, running programs are ended.
    """

    machine: Machine
    folder: Path
    stop: threading.Event = field(default_factory=threading.Event)

    def run(
        self, argv: Sequence[str | Path], *, variables: Mapping[str, str] | None = None, before: Sequence[Path] = ()
    ) -> CompletedProgram | None:
        """Run a program, and return its result, or None if it cannot be started.

        Args:
            argv: The program and its arguments.
            variables: Additional environment variables.
            before: Folders to put in front of the user's PATH.

        Raises:
            Cancelled: `stop` was set.
        """
        log = self.folder / f"{uuid.uuid4().hex}.log"
        env = clean_environment(before, self.machine.search) | dict(variables or {})
        try:
            with process.running([*map(str, argv)], cwd=self.folder, env=env, log=log) as program:
                return self._wait(program)
        except OSError:
            return None

    def version(self, argv: Sequence[str | Path], *, before: Sequence[Path] = ()) -> str:
        """Return the version that a program prints, or an empty string if it fails."""
        result = self.run(argv, before=before)
        return version_in(result.output) if result and result.is_ok else ""

    def _wait(self, program: process.Running) -> CompletedProgram:
        deadline = time.monotonic() + LIMIT
        while not program.has_ended() and time.monotonic() < deadline:
            if self.stop.wait(0.01):
                raise Cancelled
        return program.wait(0)


@contextmanager
def probing(machine: Machine, stop: threading.Event | None = None) -> Iterator[Probes]:
    """Create probes and their folder for as long as the block lasts."""
    with scratch(paths.work()) as folder:
        probes = Probes(machine, folder, stop or threading.Event())
        try:
            yield probes
        except BaseException:
            # After Ctrl-C, threads that still wait for a tool must end, too.
            probes.stop.set()
            raise
