"""Reads the files of a rendered template, and those of a project, as the merge takes them.

Not here: the merge (`merge/`).
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from scaffolder.editing.record import ANSWERS, FILE
from scaffolder.reading.secret_files import is_secret_file
from scaffolder.system import git_worktree
from scaffolder.updating.merge.outcome import EXECUTABLE, LINK, REGULAR, Entry

LEFT_OUT = {".git", ".venv", ".wrangler", "build", "dist", "node_modules", "target"}
"""Folders of a project without git that tools write."""

LARGEST = 2**20
"""Bytes of a project's own file that is looked at, in case that it is a moved one of the template."""

RECORDS = {ANSWERS, FILE}
"""The files about the project, which no merge changes."""


def of_template(folder: Path) -> dict[str, Entry]:
    """Return the files of a rendered template, except the records."""
    paths = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return {path: entry for path in sorted(paths) if path not in RECORDS and (entry := entry_at(folder, path))}


def of_project(folder: Path, needed: Iterable[str]) -> dict[str, Entry]:
    """Return the files of a project, except the records and those with secrets.

    Args:
        folder: The project's folder.
        needed: The paths of a template's files, which count even if git ignores them.
    """
    wanted = set(needed)
    found = {}
    for path in sorted({*listed_files(folder), *wanted} - RECORDS):
        entry = entry_at(folder, path, largest=None if path in wanted else LARGEST)
        if entry is not None:
            found[path] = entry
    return found


def listed_files(folder: Path) -> list[str]:
    """Return the paths of a project's files that git does not ignore and that hold no secrets."""
    found = git_worktree.files(folder) if git_worktree.is_versioned(folder) else _walk(folder)
    return [path for path in found if not is_secret_file(PurePosixPath(path).name)]


def entry_at(folder: Path, path: str, *, largest: int | None = None) -> Entry | None:
    """Return the file or the link at a path; None if there is none, or it is reached by a link of a folder."""
    place = folder / path
    try:
        if any((folder / each).is_symlink() for each in PurePosixPath(path).parents if each.parts):
            return None
        found = place.lstat()
        if stat.S_ISLNK(found.st_mode):
            return Entry(os.fsencode(place.readlink()), LINK)
        if not stat.S_ISREG(found.st_mode) or (largest is not None and found.st_size > largest):
            return None
        return Entry(place.read_bytes(), EXECUTABLE if found.st_mode & 0o100 else REGULAR)
    except (FileNotFoundError, NotADirectoryError):
        return None


def _walk(folder: Path) -> Iterator[str]:
    for here, folders, names in os.walk(folder):
        folders[:] = sorted(set(folders) - LEFT_OUT)
        yield from (Path(here, name).relative_to(folder).as_posix() for name in sorted(names))
