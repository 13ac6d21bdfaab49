"""Keeps the journals of unfinished transactions, in the user's cache and nowhere near a project.

A journal holds the old and the new content of every file of a transaction. It is one folder, named by a digest of the
project's real path, in a folder that only the user can enter. What lies in a project is never taken for a journal: a
clone or a shared folder may hold anything.

Not here: finishing or undoing a transaction (`transaction.py`), and the lock under which journals are written
(`project_lock.py`).
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from typing import Any

from scaffolder.core.errors import IOFailure
from scaffolder.core.invocation import program
from scaffolder.system import paths
from scaffolder.system.file_writer import FileStep, is_allowed

PARTIAL = ".partial"
"""The end of the name of a journal that is not committed yet, or is being deleted."""


@dataclass(frozen=True)
class Journal:
    """A committed journal.

    Args:
        folder: Its folder.
        project: The project's real folder.
        steps: The changes.
    """

    folder: Path
    project: Path
    steps: tuple[FileStep, ...]

    def discard(self) -> None:
        """Delete it; it is renamed first, since a half-deleted one must not look valid."""
        old = self.folder.with_suffix(PARTIAL)
        shutil.rmtree(old, ignore_errors=True)
        self.folder.rename(old)
        shutil.rmtree(old, ignore_errors=True)


def home() -> Path:
    """Return the folder of all journals, which nobody else can enter; create it if necessary.

    Raises:
        IOFailure: It is not the user's own.
    """
    folder = paths.journals()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if _is_own(folder):
            folder.chmod(0o700)
            return folder
    except OSError as error:
        raise _failure(folder, error.strerror or str(error), "set SCAFFOLD_CACHE to a folder of yours") from error
    raise _failure(folder, "it belongs to another user, or is a link", f"remove it: rm -rf {quote(str(folder))}")


def key(project: Path) -> str:
    """Return the name of a project's journal."""
    return hashlib.sha256(os.fsencode(project)).hexdigest()[:32]


def write(project: Path, steps: Sequence[FileStep]) -> Journal:
    """Write and commit a journal.

    Raises:
        OSError: It cannot be written.
        IOFailure: There is one, which has to be finished first.
    """
    folder = home() / key(project)
    if folder.exists():
        why = "an earlier run was interrupted while writing files"
        raise _failure(folder, why, f"finish it: {program()} check --fix {quote(str(project))}")
    partial = folder.with_suffix(PARTIAL)
    shutil.rmtree(partial, ignore_errors=True)
    try:
        partial.mkdir(mode=0o700)
        for number, each in enumerate(steps):
            for side, content in (("before", each.before), ("after", each.after)):
                if content is not None:
                    _write_synced(partial / f"{number}.{side}", content)
        _write_synced(partial / "plan.json", json.dumps(_plan(project, steps)).encode())
        # The rename is the commit: the contents must be on the disk before it, and it before the first change.
        _sync(partial)
        partial.rename(folder)
        _sync(folder.parent)
    except OSError:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    return Journal(folder, project, tuple(steps))


def about(folder: Path) -> Iterator[Journal]:
    """Yield the journals of a folder's project, of the projects in it, and of those that it is in.

    A project that was deleted, or made anew at the same path, has nothing to be finished: its journal is skipped.

    Raises:
        IOFailure: A journal cannot be read.
    """
    around = folder.resolve()
    place = paths.journals()
    own_keys = {key(each) for each in (around, *around.parents)}
    for each in sorted(place.iterdir()) if _is_own(place) else ():
        if each.suffix or not _is_own(each):
            continue
        try:
            found = read(each)
        except IOFailure:
            # One that cannot be read is in the way of its own project alone.
            if each.name in own_keys:
                raise
            continue
        if found is not None and (around.is_relative_to(found.project) or found.project.is_relative_to(around)):
            yield found


def read(folder: Path) -> Journal | None:
    """Read a journal; return None if it is gone, or its project is.

    Raises:
        IOFailure: It cannot be read.
    """
    try:
        plan = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
        found = _parse(folder, plan)
        is_there = found.project.is_dir() and found.project.stat().st_ino == plan["inode"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        if not folder.exists():
            # The run that wrote it has just ended.
            return None
        raise _failure(
            folder, "it was left by an interrupted run, and cannot be read", f"forget it: {how_to_discard(folder)}"
        ) from error
    return found if is_there else None


def how_to_discard(folder: Path) -> str:
    """Return the command that deletes a journal."""
    return f"rm -rf {quote(str(folder))}"


def _plan(project: Path, steps: Sequence[FileStep]) -> dict[str, Any]:
    files = [
        {
            "file": each.file,
            "before": each.before is not None,
            "after": each.after is not None,
            "new_folders": each.new_folders,
            "temporary": each.temporary,
        }
        for each in steps
    ]
    return {"project": str(project), "inode": project.stat().st_ino, "files": files}


def _parse(folder: Path, plan: dict[str, Any]) -> Journal:
    project = Path(plan["project"])
    steps = tuple(_step(folder, number, each) for number, each in enumerate(plan["files"]))
    if folder.name != key(project) or not all(is_allowed(each.file) for each in steps):
        raise ValueError(folder)
    return Journal(folder, project, steps)


def _step(folder: Path, number: int, entry: dict[str, Any]) -> FileStep:
    before, after = (
        (folder / f"{number}.{side}").read_bytes() if entry[side] else None for side in ("before", "after")
    )
    new_folders = tuple(map(str, entry["new_folders"]))
    return FileStep(str(entry["file"]), before, after, new_folders, str(entry["temporary"]))


def _is_own(folder: Path) -> bool:
    """Return whether a folder is there, is no link, and belongs to the user."""
    try:
        found = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid()


def _write_synced(path: Path, content: bytes) -> None:
    with path.open("xb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _failure(folder: Path, why: str, fix: str) -> IOFailure:
    return IOFailure(what="cannot change the project", where=str(folder), why=why, fix=fix)
