"""Copies a project's tree so that nothing in the copy leads out of it, and no secret is in it.

A link within the project becomes a relative link within the copy. What a link out of the project leads to is copied in
its place, so a write to it changes the copy alone. Files with the values of secrets are left out, and so are pipes,
sockets and devices, whose reader would wait.

Not here: where copies are kept, and for how long (`working_copy.py`).
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from scaffolder.core.errors import BadInput
from scaffolder.reading.config.config_search import CONFIGS
from scaffolder.reading.secret_files import is_secret_file

LEFT_OUT = (".git", ".wrangler", "build", "node_modules", "target")
"""The folders that a validation makes itself, or must not see."""

MOST_FILES = 5_000
MOST_BYTES = 256_000_000
"""What links out of the project may lead to, all together: a link to `/` would fill the disk."""


class TreeCopy:
    """One copy of a project.

    Args:
        project: The project's real folder.
        place: The folder of the copy, which is made.
    """

    def __init__(self, project: Path, place: Path) -> None:
        self._project = project
        self._place = place
        # Where each folder is copied to: the project, and those outside of it that links lead to.
        self._places = {project: place}
        self._files_outside = 0
        self._bytes_outside = 0

    def make(self) -> None:
        """Copy the project.

        Raises:
            BadInput: A link leads out of the project to what cannot be copied.
            OSError: A file cannot be read or written.
        """
        self._copy(self._project, self._place, self._project)

    def _copy(self, folder: Path, place: Path, root: Path) -> None:
        """Copy a folder. `root` is the project, or the folder outside of it that a link led to."""
        place.mkdir()
        for each in _entries(folder, root):
            path = Path(each.path)
            if each.is_symlink():
                self._copy_link(path, place / each.name)
            elif each.is_dir(follow_symlinks=False):
                # The cache, with this copy, may be in the project.
                if path != self._place:
                    self._copy(path, place / each.name, root)
            elif each.is_file(follow_symlinks=False):
                self._copy_file(path, place / each.name, is_outside=root != self._project)

    def _copy_link(self, link: Path, place: Path) -> None:
        try:
            target = link.resolve()
        except (OSError, RuntimeError):
            # Links in a circle lead nowhere.
            return
        for root, at in self._places.items():
            if target.is_relative_to(root):
                place.symlink_to(os.path.relpath(at / target.relative_to(root), place.parent))
                return
        if not target.exists() or is_secret_file(target.name):
            return
        self._refuse_dangerous(link, target)
        if target.is_dir():
            self._places[target] = place
            self._copy(target, place, target)
        elif target.is_file():
            self._copy_file(target, place, is_outside=True)

    def _refuse_dangerous(self, link: Path, target: Path) -> None:
        if self._project.is_relative_to(target):
            raise _refuse(link, f"it leads to {target}, which holds the project itself")
        # Keys and logins are kept in hidden files and folders: `.ssh`, `.aws`, `.npmrc`.
        beside = os.path.relpath(target, self._project)
        if any(part.startswith(".") and part != ".." for part in Path(beside).parts):
            raise _refuse(link, f"it leads to {target}, which is hidden, and may hold secrets")

    def _copy_file(self, file: Path, place: Path, *, is_outside: bool) -> None:
        if is_outside:
            self._files_outside += 1
            self._bytes_outside += file.stat().st_size
        if self._files_outside > MOST_FILES or self._bytes_outside > MOST_BYTES:
            why = f"links out of the project lead to more than {MOST_FILES:,} files, or {MOST_BYTES:,} bytes"
            raise _refuse(file, why)
        # Not `copy2`: without the time of the last change, cargo compiles the worker again.
        shutil.copy(file, place, follow_symlinks=False)


def _entries(folder: Path, root: Path) -> Iterator[os.DirEntry[str]]:
    """Yield what is copied of a folder."""
    entries = list(os.scandir(folder))
    names = {each.name for each in entries}
    has_outputs = folder == root or not names.isdisjoint(CONFIGS)
    for each in entries:
        if not is_secret_file(each.name) and not (has_outputs and each.name in LEFT_OUT):
            yield each


def _refuse(link: Path, why: str) -> BadInput:
    return BadInput(
        what="the project cannot be copied",
        where=str(link),
        why=why,
        fix="remove the link, or copy what the project needs into it",
    )
