"""Static assets: a folder whose files are served before the worker is asked.

Not here: what a build puts into the folder.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from scaffolder.core.errors import BadInput, Conflict
from scaffolder.core.invocation import program
from scaffolder.editing.kind import NAME as BINDING
from scaffolder.editing.kind import Changes, EditTarget, Kind
from scaffolder.editing.operations import Insert, KeyPath

FOLDER = re.compile(r"(?:\./)?[\w-][\w.-]*(?:/[\w-][\w.-]*)*/?")
OTHERS = {"build", "migrations", "node_modules", "src", "target", "tests"}
"""Folders of a worker's project that nobody should be served from."""

FIRST = "robots.txt"
"""A file that says what holds without it, and that hides no page of a worker."""

ROBOTS = b"# Every file of this folder is served as it is, before the worker is asked.\nUser-agent: *\nDisallow:\n"


class Assets(Kind):
    """A folder of files that are served as they are: `=ASSETS` binds it, too. A new folder gets a robots.txt.

    A file there answers before the worker does, so it gets no index.html, which would hide the worker's.
    """

    word, bound, says, is_inherited = "assets", "assets", "binding", True
    form, usual, is_single = "[FOLDER][=NAME]", "public", True

    def check(self, target: EditTarget) -> None:
        """Refuse what is no folder of the project's own, and a bad name for the binding."""
        folder = _folder(target)
        is_taken = folder.partition("/")[0] in OTHERS
        if not FOLDER.fullmatch(folder) or is_taken or (target.value and not BINDING.fullmatch(target.value)):
            raise BadInput(
                what=f"`{target.name}{'=' if target.value else ''}{target.value}` is no folder for assets",
                where="FOLDER",
                why="all that is in it can be read by everybody: it lies in the project, and holds nothing else",
                fix=f"{program()} add assets public, or with a binding: {program()} add assets public=ASSETS",
            )

    def there(self, target: EditTarget) -> tuple[KeyPath, Any] | None:
        """Answer the table."""
        path = (*target.prefix, "assets")
        found = target.worker.config.get(*path)
        return (path, found) if found is not None else None

    def puts(self, target: EditTarget) -> Iterator[Insert]:
        """Tell the table."""
        bound = {"binding": target.value} if target.value else {}
        yield Insert((*target.prefix, "assets"), {"directory": f"./{_folder(target)}", **bound})

    def is_same(self, target: EditTarget, there: Any) -> bool:
        """Answer whether it is that folder, bound like that."""
        if not isinstance(there, dict):
            return False
        is_it = not target.name or _plain(str(there.get("directory", ""))) == _folder(target)
        return is_it and (not target.value or there.get("binding") == target.value)

    def brings(self, targets: Sequence[EditTarget], changes: Changes) -> None:
        """Make the folder, unless there is one.

        Raises:
            Conflict: A file is there.
        """
        first = targets[0]
        there = self.there(first)
        folder = first.worker.folder / _plain(str(there[1].get("directory")) if there else _folder(first))
        if folder.is_file():
            raise Conflict(
                what=f"{folder.name} is a file",
                where=folder.name,
                why="assets are served from a folder",
                fix="choose another name",
            )
        if not folder.exists():
            changes.change(folder / FIRST, None, ROBOTS)
        if there is None:
            changes.notes.append("a file there is served before the worker is asked")
            bound = f'in Rust, a worker::Fetcher: env.assets("{first.value}")?'
            changes.notes += [bound] if first.value else []

    def takes(self, targets: Sequence[EditTarget], changes: Changes) -> None:
        """Take the first file out, if it is alone and as it was written; what else is there stays."""
        first = targets[0]
        there = self.there(first)
        if there is not None and not isinstance(there[1], dict):
            # It names no folder.
            return
        folder = first.worker.folder / _plain(str(there[1].get("directory")) if there else _folder(first))
        listed = [each.name for each in folder.iterdir()] if folder.is_dir() else []
        if listed == [FIRST] and (folder / FIRST).read_bytes() == ROBOTS:
            changes.change(folder / FIRST, ROBOTS, None)
        elif listed:
            changes.notes.append(f"{folder.name} stays, with its files")


def _folder(target: EditTarget) -> str:
    return _plain(target.name) or "public"


def _plain(written: str) -> str:
    return written.removeprefix("./").rstrip("/")
