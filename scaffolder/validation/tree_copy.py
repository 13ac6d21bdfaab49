"""Copies a project's tree so that nothing in the copy leads out of it, and no secret is in it.

What the project needs outside of its folder (`neighbours.py`) keeps its place relative to the project. A link within
the project becomes a relative link within the copy. What a link out of the project leads to is copied in its place, so
that a write to it changes the copy alone. Files with the values of secrets are left out, and so are pipes, sockets and
devices, whose reader would wait.

Not here: where copies are kept, and for how long (`working_copy.py`).
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from scaffolder.core.errors import BadInput
from scaffolder.reading.config.config_search import CONFIGS
from scaffolder.reading.neighbours import Neighbours
from scaffolder.reading.secret_files import is_secret_file

LEFT_OUT = frozenset({".git", ".wrangler", "build", "node_modules", "target"})
"""The folders that a validation makes itself, or must not see."""

LEFT_OUT_BESIDE = LEFT_OUT - {"build"}
"""The same in a neighbour, which a validation does not build: npm packages are often installed with their build."""

MOST_FILES = 5_000
MOST_BYTES = 256_000_000
"""What is copied from outside of the project, all together: a link to `/` would fill the disk."""


class TreeCopy:
    """One copy of a project.

    Args:
        project: The project's real folder.
        neighbours: What it needs from outside of its folder.
        place: The folder of the copy, which is made: that of the project, or one around it where there are neighbours.
    """

    def __init__(self, project: Path, neighbours: Neighbours, place: Path) -> None:
        self._project = project
        self._place = place
        self._crates = neighbours.crates
        self._neighbours = outside = (*neighbours.crates, *neighbours.paths)
        self._base = Path(os.path.commonpath([project, *(path.parent for path in outside)]))
        # Where each folder is copied to: the project, and those outside of it that are needed, or that links lead to.
        self._places = {folder: self._at(folder) for folder in (project, *outside) if folder.is_dir()}
        self._places |= {folder.resolve(): at for folder, at in self._places.items() if folder.is_symlink()}
        self._files_outside = 0
        self._bytes_outside = 0

    def make(self, contents: Path | None = None) -> Path:
        """Copy the project, and return its folder in the copy.

        Args:
            contents: The folder with its files, if they are not in their place yet.

        Raises:
            BadInput: What the project needs from outside, or a link out of it, cannot be copied.
            OSError: A file cannot be read or written.
        """
        self._place.mkdir(parents=True)
        self._copy(contents or self._project, self._at(self._project), self._project)
        for path in self._neighbours:
            self._copy_neighbour(path, self._at(path))
        return self._at(self._project)

    def _copy_neighbour(self, path: Path, place: Path) -> None:
        place.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            if path.is_symlink():
                self._refuse_dangerous(path, path.resolve())
            self._copy(path, place, path)
        elif path.is_symlink():
            self._copy_link(path, place)
        elif path.is_file() and not is_secret_file(path.name):
            self._copy_file(path, place, is_outside=True)

    def _at(self, path: Path) -> Path:
        return self._place / path.relative_to(self._base)

    def _copy(self, folder: Path, place: Path, root: Path) -> None:
        """Copy a folder. `root` is the project, or the folder outside of it that is needed, or that a link led to."""
        place.mkdir(parents=True, exist_ok=True)
        for each in self._entries(folder, root):
            path = Path(each.path)
            if each.is_symlink():
                self._copy_link(path, place / each.name)
            elif each.is_dir(follow_symlinks=False):
                # The cache, with this copy, may be in the project. What has a place of its own is copied to it.
                if path != self._place and path not in self._places:
                    self._copy(path, place / each.name, root)
            elif each.is_file(follow_symlinks=False):
                self._copy_file(path, place / each.name, is_outside=root != self._project)

    def _copy_link(self, link: Path, place: Path) -> None:
        if os.path.lexists(place):
            return
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
        if os.path.lexists(place):
            # One neighbour may be within another.
            return
        if is_outside:
            self._files_outside += 1
            self._bytes_outside += file.stat().st_size
        if self._files_outside > MOST_FILES or self._bytes_outside > MOST_BYTES:
            why = f"it needs more than {MOST_FILES:,} files, or {MOST_BYTES:,} bytes, from outside of its folder"
            raise _refuse(file, why)
        # Not `copy2`: without the time of the last change, cargo compiles the worker again.
        shutil.copy(file, place, follow_symlinks=False)

    def _entries(self, folder: Path, root: Path) -> Iterator[os.DirEntry[str]]:
        """Yield what is copied of a folder."""
        entries = list(os.scandir(folder))
        names = {each.name for each in entries}
        is_crate = root in self._crates
        if is_crate and folder != root and "Cargo.toml" in names:
            # Another crate in the folder of one that is needed: whatever is needed of it has a place of its own.
            return
        is_worker = not names.isdisjoint(CONFIGS)
        left_out = LEFT_OUT if is_worker or root not in self._neighbours else LEFT_OUT_BESIDE
        has_outputs = folder == root or is_worker
        # The root of a repository can be such a crate, and its hidden files are not the crate's.
        hides = is_crate and self._project.is_relative_to(folder)
        for each in entries:
            if is_secret_file(each.name) or (has_outputs and each.name in left_out):
                continue
            if not (hides and each.name.startswith(".")):
                yield each


def _refuse(link: Path, why: str) -> BadInput:
    return BadInput(
        what="the project cannot be copied",
        where=str(link),
        why=why,
        fix="keep what the project needs in its folder, or in small crates and packages beside it",
    )
