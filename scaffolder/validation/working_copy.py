"""Gives each validation a copy of the project, a folder for its logs, and sole use of both.

All validations share one build folder, where cargo keeps a worker's wasm file under nothing
but the crate's name. So projects that share a crate's name wait for each other, and every file of a copy
is new, which makes cargo compile the worker itself (not what it depends on) each time.

Not here: the steps (`pipeline.py`).
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import threading
import time
import tomllib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from scaffolder.core.errors import BadInput
from scaffolder.system import paths
from scaffolder.system.parallel import Cancelled
from scaffolder.validation import wrangler_cli

LEFT_OUT = (".git", ".wrangler", "build", "node_modules", "target")
"""What a validation makes anew, or must not see."""

KEPT_LOGS = 60
"""How many validations' logs are kept."""


LOOK = 0.2
"""Seconds between two looks whether the end was asked for."""


@contextmanager
def copy_of(project: Path, *, keep: bool, on_wait: Callable[[str], None], stop: threading.Event) -> Iterator[Path]:
    """Copy a project to where it can be built; the copy is gone when the block is left.

    Args:
        project: The project's folder.
        keep: Whether the copy stays.
        on_wait: Told if another validation has to end first.
        stop: Once set, it is not waited for any longer.

    Raises:
        BadInput: There is no such folder.
        Cancelled: The end was asked for meanwhile.
    """
    if not project.is_dir():
        raise BadInput(
            what="there is no such project",
            where=str(project),
            why="it is not a folder",
            fix="give the folder of a worker project",
        )
    digest = hashlib.sha256(os.fsencode(project.resolve())).hexdigest()[:12]
    folder = paths.work() / f"{project.resolve().name}-{digest}"
    with ExitStack() as locks:
        # In one order for all, so that no two validations wait for each other.
        for name in sorted(_crate_names(project)):
            locks.enter_context(_alone(paths.work() / f"{name}.lock", on_wait, stop))
        shutil.rmtree(folder, ignore_errors=True)
        try:
            # `copy` leaves out the time of the last change, which `copy2` would keep.
            shutil.copytree(project, folder, symlinks=True, ignore=_ignore_at(project), copy_function=shutil.copy)
            yield folder
        finally:
            if not keep:
                shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def template_folder(on_wait: Callable[[str], None]) -> Iterator[Path]:
    """Give the folder that templates are rendered into, always the same and empty.

    A copy's place follows from it, so that the build folder does not grow with every validation.
    """
    folder = paths.work() / "templates"
    with _alone(folder.with_suffix(".lock"), on_wait, threading.Event()):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def log_folder(name: str) -> Path:
    """Make a folder for the logs of one validation, and drop the oldest ones."""
    stamp = time.strftime("%Y%m%d-%H%M%S")
    folder = paths.logs() / f"{stamp}-{name}-{os.getpid()}"
    folder.mkdir(parents=True, exist_ok=True)
    for old in sorted(paths.logs().iterdir())[:-KEPT_LOGS]:
        shutil.rmtree(old, ignore_errors=True)
    return folder


@contextmanager
def _alone(lock: Path, on_wait: Callable[[str], None], stop: threading.Event) -> Iterator[None]:
    """Hold a lock for as long as the block lasts; say so if it has to be waited for."""
    # Two threads of ours must keep each other out as two processes do.
    guard = FileLock(lock, thread_local=False)
    if not _acquire(guard, 0):
        on_wait("waiting for another validation of the same name to end")
        while not _acquire(guard, LOOK):
            if stop.is_set():
                raise Cancelled
    try:
        yield
    finally:
        guard.release()


def _acquire(guard: FileLock, seconds: float) -> bool:
    try:
        guard.acquire(timeout=seconds)
    except Timeout:
        return False
    return True


def _crate_names(project: Path) -> set[str]:
    """Answer the names that cargo gives the files of a project's crates, or the folder's if there is none."""
    try:
        folders = [project, *(project / member for member in wrangler_cli.members(project))]
        packages = [_manifest(folder).get("package", {}) for folder in folders]
        names = {str(package["name"]) for package in packages if "name" in package}
    except (OSError, ValueError, TypeError, AttributeError, BadInput):
        names = set()
    return {re.sub(r"\W", "_", name) for name in names or {project.resolve().name}}


def _manifest(folder: Path) -> dict[str, Any]:
    return tomllib.loads((folder / "Cargo.toml").read_text(encoding="utf-8"))


def _ignore_at(project: Path) -> Callable[[str, list[str]], set[str]]:
    def ignore(folder: str, names: list[str]) -> set[str]:
        is_worker = Path(folder) == project or "wrangler.toml" in names
        return set(names) & set(LEFT_OUT) if is_worker else set()

    return ignore
