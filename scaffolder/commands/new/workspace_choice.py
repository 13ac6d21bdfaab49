"""Decides whether a project that is made inside a Cargo workspace joins it or stands outside of it.

Cargo refuses a crate below a workspace that does neither. Without an answer the project stands outside, which changes
no file but its own, unless a member pattern matches its folder.

Not here: the changes that follow (`workspace_edits.py`).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from scaffolder.catalogue import manifests
from scaffolder.commands.new.draft import NewProject
from scaffolder.commands.new.steps import put
from scaffolder.core.errors import BadInput
from scaffolder.core.template import Question
from scaffolder.reading.config.members import members
from scaffolder.reading.config.workspace import Workspace, claimed_by, manifest
from scaffolder.system import untrusted_files

JOIN, OUTSIDE = "join", "outside"


@dataclass(frozen=True)
class Place:
    """The place of a project in the Cargo workspace around it.

    Args:
        workspace: The workspace.
        path: The project's folder, relative to the workspace's.
        is_matched: Whether the workspace lists that folder already.
        is_named: Whether it does so by the path itself, which `exclude` does not overrule.
    """

    workspace: Workspace
    path: str
    is_matched: bool
    is_named: bool


def place_of(destination: Path) -> Place | None:
    """Return the place of a project that is to be made in a folder, or None if no workspace takes it for a member.

    Raises:
        BadInput: A Cargo.toml above does not parse, or has a pattern that Cargo refuses.
    """
    # Cargo sees the real path of the folder that it is run in.
    real = destination.resolve()
    workspace = claimed_by(real, real)
    if workspace is None:
        return None
    path, table = os.path.relpath(real, workspace.folder), workspace.document.get("workspace")
    is_matched = not path.startswith("..") and _is_matched(path, table)
    listed = table.get("members") if isinstance(table, dict) else None
    named = {os.path.normpath(each) for each in listed if isinstance(each, str)} if isinstance(listed, list) else set()
    return Place(workspace, Path(path).as_posix(), is_matched, path in named)


def _is_matched(path: str, table: Any) -> bool:
    with TemporaryDirectory(prefix="scaffold-") as name:
        # The folder does not exist yet, and Python has no function that matches a path with all patterns of Cargo.
        root = Path(name).resolve()
        (root / path).mkdir(parents=True)
        return root / path in members(root, table)


def decide_workspace(draft: NewProject) -> NewProject:
    """Take the decision from the request, or ask for it at a terminal.

    Raises:
        BadInput: The request cannot be followed.
    """
    place, wanted = place_of(draft.destination), draft.request.workspace
    if place is None:
        if wanted == JOIN:
            raise _refusal(wanted, "no Cargo.toml above has a `[workspace]` that takes in this folder", "leave it out")
        return replace(draft, workspace="")
    hurdle = next(_hurdles(draft, place), "")
    possible = [*([] if place.is_named else [OUTSIDE]), *([] if hurdle else [JOIN])]
    if not possible or (wanted == JOIN and hurdle):
        raise _refusal(JOIN, hurdle, "choose another folder" if place.is_named else f"--workspace {OUTSIDE}")
    if wanted == OUTSIDE and place.is_named:
        raise _refusal(wanted, f"{_root(place)} lists `{place.path}` by name", f"--workspace {JOIN}")
    if wanted is None and len(possible) > 1 and draft.request.may_prompt:
        wanted = str(put(draft, _question(place), lambda _: ""))
    return replace(draft, workspace=wanted or possible[0])


def _question(place: Place) -> Question:
    choices = (("no, stand outside of it", OUTSIDE), ("yes: member list, Cargo.lock and profile of its root", JOIN))
    help_ = f"Should it join the Cargo workspace {place.workspace.folder}?"
    return Question("workspace", "str", help_, OUTSIDE, choices)


def _hurdles(draft: NewProject, place: Place) -> Iterator[str]:
    """Yield the reasons for which a project cannot join."""
    if place.path.startswith("../"):
        yield f"the folder is not below that of {_root(place)}"
    skeleton = manifests.folder(draft.template) / "skeleton" / "Cargo.toml.jinja"
    if re.search(r"^\[workspace\]", untrusted_files.searchable(skeleton), re.MULTILINE):
        yield f"`{draft.template}` is a workspace itself, and workspaces cannot be nested"
    name = str(draft.answers.get("worker_name", ""))
    others = (manifest(each, each) for each in (place.workspace.folder, *place.workspace.members()))
    if any(other is not None and other.get("package", "name") == name for other in others):
        yield f"the workspace has a package `{name}` already"


def _root(place: Place) -> Path:
    return place.workspace.folder / "Cargo.toml"


def _refusal(wanted: str, why: str, fix: str) -> BadInput:
    what = "the project cannot join a Cargo workspace" if wanted == JOIN else "the project cannot stand outside"
    return BadInput(what=what, where=f"--workspace {wanted}", why=why, fix=fix)
