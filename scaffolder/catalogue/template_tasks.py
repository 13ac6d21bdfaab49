"""Runs a task of a template that the user has agreed to.

Not here: the consent (`consent.py`), and which variables are withheld from it (`withheld.py`).
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path

from scaffolder.core.errors import BuildOrTestFailed
from scaffolder.system import process
from scaffolder.system.scratch import scratch

LIMIT = 600.0
"""Seconds for one task."""


def run(argv: Sequence[str], folder: Path, environment: Mapping[str, str]) -> None:
    """Run a task.

    Args:
        argv: The program and its arguments.
        folder: Where it is run.
        environment: Its environment.

    Raises:
        BuildOrTestFailed: It failed.
    """
    with scratch() as place:
        try:
            ran = process.run(argv, cwd=folder, env=environment, log=place / "task.log", limit=LIMIT)
        except OSError as error:
            raise _failed(argv, error.strerror or str(error), []) from error
    if not ran.is_ok:
        why = "it took too long" if ran.timed_out else f"it ended with code {ran.code}"
        raise _failed(argv, why, ran.output.splitlines()[-8:])


def _failed(argv: Sequence[str], why: str, details: list[str]) -> BuildOrTestFailed:
    return BuildOrTestFailed(
        what="a task of the template failed",
        where=shlex.join(argv),
        why=why,
        fix="fix what it names; nothing was written",
        details=details,
    )
