"""Gives each validation a copy of the project, a folder for its logs, and sole use of both.

The copy stands in a place that follows from the project's own, so that a second validation
finds its build warm. Two validations of one project wait for each other; two projects of
one name do not meet.

Not here: the steps (`proving.py`).
"""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock

from scaffolder import places
from scaffolder.errors import BadInput

LEFT_OUT = (".git", ".wrangler", "build", "node_modules", "target")
"""What a validation makes anew, or must not see."""

KEPT_LOGS = 20
"""How many validations' logs are kept."""


@contextmanager
def copy_of(project: Path, *, keep: bool) -> Iterator[Path]:
    """Copy a project to where it can be built; the copy is gone when the block is left.

    Args:
        project: The project's folder.
        keep: Whether the copy stays.

    Raises:
        BadInput: There is no such folder.
    """
    if not project.is_dir():
        raise BadInput(
            what="there is no such project", where=str(project), why="it is not a folder",
            fix="give the folder of a worker project",
        )  # fmt: skip
    digest = hashlib.sha256(os.fsencode(project.resolve())).hexdigest()[:12]
    folder = places.work() / f"{project.resolve().name}-{digest}"
    with FileLock(f"{folder}.lock"):
        shutil.rmtree(folder, ignore_errors=True)
        try:
            shutil.copytree(project, folder, symlinks=True, ignore=_ignore_at(project))
            yield folder
        finally:
            if not keep:
                shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def template_folder() -> Iterator[Path]:
    """Give the folder that templates are rendered into, always the same and empty.

    A second validation finds its build warm for the same reason as with a project's copy.
    """
    folder = places.work() / "templates"
    with FileLock(f"{folder}.lock"):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def log_folder(name: str) -> Path:
    """Make a folder for the logs of one validation, and drop the oldest ones."""
    stamp = time.strftime("%Y%m%d-%H%M%S")
    folder = places.logs() / f"{stamp}-{name}-{os.getpid()}"
    folder.mkdir(parents=True, exist_ok=True)
    for old in sorted(places.logs().iterdir())[:-KEPT_LOGS]:
        shutil.rmtree(old, ignore_errors=True)
    return folder


def _ignore_at(project: Path) -> Callable[[str, list[str]], set[str]]:
    def ignore(folder: str, names: list[str]) -> set[str]:
        return set(names) & set(LEFT_OUT) if Path(folder) == project else set()

    return ignore
