"""Keeps the files that an update changes as they were before it, in the user's cache, for 30 days.

A copy is a folder that only the user can enter, beside the journals and for the same reasons: what lies in a project
may come from anybody.

Not here: bringing them back (`undoing.py`).
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scaffolder.core.errors import IOFailure
from scaffolder.system import journal, paths

DAYS = 30
"""The days for which a copy is kept."""


@dataclass(frozen=True)
class SavedFile:
    """A file that an update changed.

    Args:
        path: Its path in the project.
        before: Its bytes before the update; None if there was no file.
        mode: The permissions that it had.
        after: The digest of its bytes after the update; empty if it was removed.
    """

    path: str
    before: bytes | None
    mode: int
    after: str


@dataclass(frozen=True)
class SavedCopy:
    """The copy of what one update changed.

    Args:
        folder: Its folder.
        old: The version before.
        new: The version after.
        head: The commit that the repository was at; empty without one.
        conflicts: The paths in conflict.
        stash: The commit with what `--stash` put aside; empty if nothing.
        files: The files.
    """

    folder: Path
    old: str
    new: str
    head: str
    conflicts: tuple[str, ...]
    stash: str
    files: tuple[SavedFile, ...]

    def discard(self) -> None:
        """Delete it."""
        shutil.rmtree(self.folder, ignore_errors=True)


def keep(project: Path, versions: tuple[str, str], files: Sequence[SavedFile], facts: Mapping[str, Any]) -> SavedCopy:
    """Keep a copy.

    Args:
        project: The project's real folder.
        versions: The version before and after.
        files: The files.
        facts: `head`, `conflicts` and `stash`, as of `SavedCopy`.

    Raises:
        IOFailure: It cannot be written.
    """
    _forget_old()
    home = home_of(project)
    number = max((int(each.name) for each in _all(home)), default=0) + 1
    folder, partial = home / f"{number:06}", home / f"{number:06}.partial"
    document = {
        "project": str(project),
        "inode": project.stat().st_ino,
        "old": versions[0],
        "new": versions[1],
        "files": [[each.path, each.before is not None, each.mode, each.after] for each in files],
        **facts,
    }
    try:
        _write(partial, files, json.dumps(document))
        partial.rename(folder)
    except OSError as error:
        shutil.rmtree(partial, ignore_errors=True)
        raise IOFailure(
            what="cannot keep a copy of the project",
            where=str(error.filename or folder),
            why=error.strerror or str(error),
            fix="free some space, or set SCAFFOLD_CACHE to the full path of a folder of yours",
        ) from error
    found = {name: str(document[name]) for name in ("old", "new", "head", "stash")}
    return SavedCopy(folder, conflicts=tuple(facts["conflicts"]), files=tuple(files), **found)


def _write(folder: Path, files: Sequence[SavedFile], document: str) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True)
    for at, each in enumerate(files):
        if each.before is not None:
            (folder / str(at)).write_bytes(each.before)
    (folder / "copy.json").write_text(document, encoding="utf-8")


def newest(project: Path) -> SavedCopy | None:
    """Return the copy of a project's last update, if it is not too old."""
    _forget_old()
    found = (_read(folder, project) for folder in reversed(_all(home_of(project, create=False))))
    return next((each for each in found if each is not None), None)


def project_of(folder: Path) -> Path | None:
    """Return the project whose update can be undone by a copy; None if it is gone, or the copy is too old or broken."""
    try:
        project = Path(json.loads((folder / "copy.json").read_text(encoding="utf-8"))["project"])
        return project if not is_old(folder) and _read(folder, project) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def digest(content: bytes | None) -> str:
    """Return the digest of a file's bytes; empty for no file."""
    return hashlib.sha256(content).hexdigest() if content is not None else ""


def place() -> Path:
    """Return the folder of all copies."""
    return paths.place() / f"updates-{os.geteuid()}"


def home_of(project: Path, *, create: bool = True) -> Path:
    """Return the folder of a project's copies."""
    home = place() / journal.key(project)
    if create:
        # The journals' folder is refused if it is another user's; so is this one.
        journal.home()
        place().mkdir(mode=0o700, exist_ok=True)
        home.mkdir(mode=0o700, exist_ok=True)
    return home


def _all(home: Path) -> list[Path]:
    return sorted(each for each in home.iterdir() if each.name.isdigit()) if home.is_dir() else []


def _read(folder: Path, project: Path) -> SavedCopy | None:
    """Read a copy; None for one of another project that was at the same path, or that cannot be read."""
    try:
        found = json.loads((folder / "copy.json").read_text(encoding="utf-8"))
        if found["inode"] != project.stat().st_ino or folder.lstat().st_uid != os.geteuid():
            return None
        files = tuple(
            SavedFile(path, (folder / str(at)).read_bytes() if was_there else None, mode, after)
            for at, (path, was_there, mode, after) in enumerate(found["files"])
        )
        facts = {name: str(found[name]) for name in ("old", "new", "head", "stash")}
        return SavedCopy(folder, conflicts=tuple(found["conflicts"]), files=files, **facts)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def is_old(folder: Path) -> bool:
    """Return whether a folder with files is older than they are kept."""
    return folder.stat().st_mtime < time.time() - DAYS * 86400


def _forget_old() -> None:
    for home in place().iterdir() if place().is_dir() else ():
        for each in _all(home):
            if is_old(each):
                shutil.rmtree(each, ignore_errors=True)
        if not any(home.iterdir()):
            home.rmdir()
