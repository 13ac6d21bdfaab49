"""Static assets: a folder whose files are served before the worker runs.

Not here: the files that a build writes into the folder.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scaffolder.core.errors import BadInput, Conflict
from scaffolder.core.invocation import program
from scaffolder.editing.argument import BINDING_NAME, Value
from scaffolder.editing.operations import Insert
from scaffolder.editing.plan import Plan
from scaffolder.editing.rust.env_accessors import ASSETS
from scaffolder.editing.rust.worker_api import TooOld, fitting
from scaffolder.editing.storage import Binding
from scaffolder.editing.target import EditTarget, Found

FOLDER = re.compile(r"(?:\./)?[\w-][\w.-]*(?:/[\w-][\w.-]*)*/?")
NOT_PUBLIC = {"build", "migrations", "node_modules", "src", "target", "tests"}
"""Folders of a worker's project whose files must not be served."""

FIRST = "robots.txt"
"""The first file of a new folder: it changes nothing for crawlers, and hides no page of the worker."""

ROBOTS = b"# Every file in this folder is served as is, before the worker runs.\nUser-agent: *\nDisallow:\n"


@dataclass(frozen=True, kw_only=True)
class Assets(Binding):
    """A folder of assets, which may be bound."""

    def find(self, target: EditTarget) -> Found | None:
        """Return the table, whatever its folder."""
        path = (*target.prefix, *self.table)
        table = target.worker.config.get(*path)
        return Found(path, table, _is_same(target, table)) if table is not None else None

    def insertions_for(self, target: EditTarget) -> Iterator[Insert]:
        """Yield the table."""
        binding = {"binding": target.value} if target.value else {}
        yield Insert((*target.prefix, *self.table), {"directory": f"./{_folder(target)}", **binding})

    def validate(self, target: EditTarget) -> None:
        """Check the folder, and the name of the binding.

        Raises:
            BadInput: The folder is not the project's own or holds what must not be served, or the name is not valid.
        """
        folder = _folder(target)
        is_public = FOLDER.fullmatch(folder) and folder.partition("/")[0] not in NOT_PUBLIC
        if not is_public or (target.value and not BINDING_NAME.fullmatch(target.value)):
            raise BadInput(
                what=f"`{target.argument}` is not a valid assets folder",
                where="FOLDER",
                why="all its files become public, so it has to be inside the project and hold nothing but assets",
                fix=f"{program()} add assets public, or with a binding: {program()} add assets public=ASSETS",
            )

    def on_add(self, targets: Sequence[EditTarget], plan: Plan) -> None:
        """Create the folder with a first file, unless there is one.

        Raises:
            Conflict: A file has the name of the folder.
        """
        first = targets[0]
        folder = self._path(first)
        if folder.is_file():
            raise Conflict(
                what=f"`{folder.name}` is a file",
                where=folder.name,
                why="assets are served from a folder",
                fix="choose another name",
            )
        if not folder.exists():
            plan.change(folder / FIRST, None, ROBOTS)
        if self.find(first) is None:
            plan.notes.append("files in the folder are served before the worker runs")
            if first.value:
                with suppress(TooOld):
                    call = fitting(ASSETS.forms, first.worker).call(first.value)
                    plan.notes.append(f"read it in Rust with `{call}`, of type `{ASSETS.type}`")

    def on_remove(self, targets: Sequence[EditTarget], plan: Plan) -> None:
        """Delete the first file if it is alone and as `on_add` wrote it; everything else in the folder stays."""
        found = self.find(targets[0])
        if found is not None and not isinstance(found.value, dict):
            # Such a value names no folder.
            return
        folder = self._path(targets[0])
        listed = [each.name for each in folder.iterdir()] if folder.is_dir() else []
        if listed == [FIRST] and (folder / FIRST).read_bytes() == ROBOTS:
            plan.change(folder / FIRST, ROBOTS, None)
        elif listed:
            plan.notes.append(f"kept {folder.name}, which contains files")

    def _path(self, target: EditTarget) -> Path:
        """Return the folder of the wrangler file, or else the target's."""
        found = self.find(target)
        return target.worker.folder / (_plain(str(found.get("directory"))) if found else _folder(target))


def _is_same(target: EditTarget, table: Any) -> bool:
    """Return whether a table has the target's folder, bound like that."""
    if not isinstance(table, dict):
        return False
    is_folder = not target.name or _plain(str(table.get("directory", ""))) == _folder(target)
    return is_folder and (not target.value or table.get("binding") == target.value)


def _folder(target: EditTarget) -> str:
    return _plain(target.name) or "public"


def _plain(written: str) -> str:
    return written.removeprefix("./").rstrip("/")


KINDS = (
    Assets(
        name="assets",
        title="A folder of static assets; `=ASSETS` also binds it. A new folder gets a robots.txt.",
        details="Files are served before the worker runs, so no index.html is created, which would hide its page.",
        binding="assets",
        argument="[FOLDER][=NAME]",
        usual_name="public",
        value=Value(key="binding"),
        is_inherited=True,
        is_single=True,
    ),
)
