"""Gives each validation a copy of the project and a folder for its logs, which no other validation uses.

All validations share one build folder, where cargo names the wasm file of a worker after its crate alone. So projects
that share a crate's name wait for each other, and every file of a copy is new, which makes cargo compile the worker
itself (not its dependencies) each time.

Not here: copying the files (`tree_copy.py`), and the steps (`pipeline.py`).
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from scaffolder.core.errors import BadInput
from scaffolder.reading.config import toml_parser
from scaffolder.reading.config.workspace import of_crate
from scaffolder.reading.neighbours import of_project
from scaffolder.reading.source import Source
from scaffolder.system import file_lock, owner, paths
from scaffolder.system.scratch import scratch
from scaffolder.validation.tree_copy import TreeCopy

KEPT_LOGS = 60
"""The number of validations whose logs are kept."""

COPY = Path("target", "package", "copy")
"""The copy's folder in its own one: Cargo's search for a workspace ends at `target/package`, so none around the cache
takes the copy for a member."""


OWNER = "owner"
"""The file in a copy's own folder that names the process to which it belongs, until it is deleted or kept."""


@dataclass(frozen=True)
class WorkingCopy:
    """A copy of a project, with what it needs outside of its folder.

    Args:
        folder: The project's folder in it.
        root: The whole copy.
    """

    folder: Path
    root: Path


@contextmanager
def copy_of(
    project: Path, *, keep: bool, on_wait: Callable[[str], None], stop: threading.Event
) -> Iterator[WorkingCopy]:
    """Copy a project to the folder in which it is built; the copy is deleted at the end of the block.

    Args:
        project: The project's folder.
        keep: Whether the copy stays.
        on_wait: Called with a message if another validation has to end first.
        stop: Once set, waiting ends.

    Raises:
        Cancelled: The user asked for the end while waiting.
        BadInput: A link leads out of the project to what cannot be copied.
    """
    project = project.resolve()
    neighbours = of_project(project)
    digest = hashlib.sha256(os.fsencode(project)).hexdigest()[:12]
    folder = paths.work() / f"{project.name}-{digest}"
    with ExitStack() as locks:
        # In one order for all, so that no two validations wait for each other.
        for name in sorted(_crate_names(project, neighbours.crates)):
            locks.enter_context(_alone(paths.work() / f"{name}.lock", on_wait, stop))
        _make_anew(folder)
        try:
            yield WorkingCopy(TreeCopy(project, neighbours, folder / COPY).make(), folder / COPY)
        finally:
            if keep:
                (folder / OWNER).unlink(missing_ok=True)
            else:
                shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def template_folder(on_wait: Callable[[str], None]) -> Iterator[Path]:
    """Yield the folder that templates are rendered into, always the same and empty.

    The path of a copy follows from it, so the build folder does not grow with every validation.
    """
    folder = paths.work() / "templates"
    with _alone(folder.with_suffix(".lock"), on_wait, threading.Event()):
        _make_anew(folder)
        # A template's project is asked for its metadata, too, and stands alone.
        place = folder / COPY.parent
        place.mkdir(parents=True)
        try:
            yield place
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def leftovers() -> list[Path]:
    """Return the copies of killed runs; one that was to be kept has no owner any more, and is none of them."""
    return [folder for folder in sorted(paths.work().iterdir()) if (name := owner_of(folder)) and owner.is_gone(name)]


def owner_of(folder: Path) -> str:
    """Return the name of the process that a copy belongs to, or an empty string."""
    try:
        name = (folder / OWNER).read_text(encoding="utf-8")
    except (OSError, ValueError):
        return ""
    return name if re.fullmatch(owner.PATTERN, name) else ""


def log_folder(name: str) -> Path:
    """Make a folder for the logs of one validation, and delete the oldest folders."""
    stamp = time.strftime("%Y%m%d-%H%M%S")
    folder = paths.logs() / f"{stamp}-{name}-{os.getpid()}"
    folder.mkdir(parents=True, exist_ok=True)
    for old in sorted(paths.logs().iterdir())[:-KEPT_LOGS]:
        shutil.rmtree(old, ignore_errors=True)
    return folder


def _make_anew(folder: Path) -> None:
    """Make an empty folder of this process, and remove it if it is there, with the copies of killed runs."""
    # What another run makes at this moment must not be taken for what a killed one left.
    with scratch(paths.work()) as removed, file_lock.held(paths.work() / "copies.lock"):
        for old in {folder, *leftovers()}:
            if old.exists():
                old.rename(removed / old.name)
        folder.mkdir()
        (folder / OWNER).write_text(owner.me(), encoding="utf-8")


@contextmanager
def _alone(lock: Path, on_wait: Callable[[str], None], stop: threading.Event) -> Iterator[None]:
    """Hold a lock during the block, with a message if another validation holds it."""
    note = partial(on_wait, "waiting for another validation of the same name to end")
    with file_lock.held(lock, on_wait=note, stop=stop):
        yield


def _crate_names(project: Path, beside: Sequence[Path]) -> set[str]:
    """Return the names that cargo gives the files of a project's crates, or the folder's if there is none.

    Args:
        project: The project's folder.
        beside: The folders of the crates outside of it that are compiled with it.
    """
    try:
        workspace = of_crate(project, project)
        folders = [project, *beside, *(workspace.members() if workspace and workspace.folder == project else ())]
        documents = [toml_parser.read(Source.read(project, path), places=False) for path in _manifests(folders)]
    except (OSError, BadInput):
        # cargo refuses it too, before it writes anything.
        documents = []
    names = {str(name) for document in documents if (name := document.get("package", "name"))}
    return {re.sub(r"\W", "_", name) for name in names or {project.name}}


def _manifests(folders: list[Path]) -> list[Path]:
    return [path for folder in folders if (path := folder / "Cargo.toml").is_file()]
