"""Computes the changes by which a project joins the Cargo workspace around it, or stands outside of it.

A member has no Cargo.lock and no profiles of its own, since Cargo ignores both. Those of the template go to the root:
each profile that the root does not have, and the packages, as far as Cargo finds a common solution.

Not here: the decision (`workspace_choice.py`), and running Cargo (`workspace_lock.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scaffolder.commands.new.draft import NewProject
from scaffolder.commands.new.workspace_choice import JOIN, Place, place_of
from scaffolder.core.errors import BadInput
from scaffolder.editing.operations import Insert, Remove, Unclear
from scaffolder.reading.config.document import Document
from scaffolder.reading.source import Source
from scaffolder.system import transaction
from scaffolder.system.transaction import FileChange

ALONE = "\n# Not a member of the Cargo workspace in the folders above.\n[workspace]\n"


@dataclass(frozen=True)
class WorkspaceEdits:
    """The changes outside of a new project.

    Args:
        root: The workspace's folder.
        changes: The changes of its files.
        notes: Sentences about them.
    """

    root: Path
    changes: tuple[FileChange, ...] = ()
    notes: tuple[str, ...] = ()

    def write(self) -> None:
        """Write all changes, or none.

        Raises:
            IOFailure: One of the files cannot be changed.
        """
        if self.changes:
            transaction.write(self.root, self.changes)


def apply(draft: NewProject, staged: Path) -> WorkspaceEdits:
    """Change a staged project as its decision requires, and return the changes outside of it.

    Raises:
        BadInput: The workspace's Cargo.toml is written in a way that cannot be edited.
    """
    place = place_of(draft.destination) if draft.workspace else None
    if place is None:
        return WorkspaceEdits(staged)
    return _join(place, staged) if draft.workspace == JOIN else _stand_outside(place, staged)


def _join(place: Place, staged: Path) -> WorkspaceEdits:
    own, root = _read(staged), _read(place.workspace.folder)
    profiles: dict[str, Any] = own.get("profile") or {}
    (staged / "Cargo.toml").write_bytes(_applied(own, [Remove(("profile", name)) for name in profiles]))
    moved = [name for name in profiles if root.get("profile", name) is None]
    listing = [] if place.is_matched else [Insert(("workspace", "members"), place.path, appends=True)]
    after = _edited(root, [*listing, *(Insert(("profile", name), profiles[name]) for name in moved)], place)
    verb = "is a member of" if place.is_matched else "joins"
    notes = [f"The project {verb} the Cargo workspace {place.workspace.folder}."]
    notes += [f"The profile `{name}` is now in the Cargo.toml of that workspace." for name in moved]
    for name in (name for name in profiles if name not in moved and root.get("profile", name) != profiles[name]):
        notes.append(f"The workspace's own profile `{name}` applies; the template's would be {_shown(profiles[name])}.")
    return WorkspaceEdits(place.workspace.folder, _changes(place, after), tuple(notes))


def _stand_outside(place: Place, staged: Path) -> WorkspaceEdits:
    own, root = _read(staged), _read(place.workspace.folder)
    is_nested = own.get("workspace") is not None
    if not is_nested:
        (staged / "Cargo.toml").write_bytes(own.source.content + ALONE.encode())
    notes = [
        f"The project stands outside of the Cargo workspace {place.workspace.folder}, by its own [workspace] table.",
        *([] if is_nested else ["To make it a member instead, make it with --workspace join."]),
    ]
    if not place.is_matched:
        return WorkspaceEdits(place.workspace.folder, (), tuple(notes))
    after = _edited(root, [Insert(("workspace", "exclude"), place.path, appends=True)], place)
    notes.append(f"`members` of that workspace matches its folder, so `exclude` now has `{place.path}`.")
    return WorkspaceEdits(place.workspace.folder, _changes(place, after), tuple(notes))


def _edited(root: Document, operations: Sequence[Insert], place: Place) -> bytes:
    try:
        return _applied(root, operations)
    except Unclear as unclear:
        raise BadInput(
            what="the Cargo.toml of the workspace cannot be edited",
            where=str(place.workspace.folder / "Cargo.toml"),
            why=f"it is written in a way in which `{operations[0].path[-1]}` has no clear place",
            fix=f"add `{place.path}` there by hand, under `members` to join or under `exclude`; then run it again",
        ) from unclear


def _applied(document: Document, operations: Sequence[Insert | Remove]) -> bytes:
    from scaffolder.editing.verify import applied  # noqa: PLC0415 - it loads every parser

    return applied(document, operations)


def _changes(place: Place, after: bytes) -> tuple[FileChange, ...]:
    path = place.workspace.folder / "Cargo.toml"
    before = path.read_bytes()
    return (FileChange(path, before, after),) if before != after else ()


def _read(folder: Path) -> Document:
    from scaffolder.reading.config import toml_parser  # noqa: PLC0415 - a project outside of a workspace needs none

    return toml_parser.read(Source.read(folder, folder / "Cargo.toml"))


def _shown(profile: Any) -> str:
    return ", ".join(f"{name} = {value!r}" for name, value in profile.items())
