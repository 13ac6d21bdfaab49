"""Lets Cargo complete a workspace's Cargo.lock for a member that is still to be made, in a copy of its manifests.

So a member whose dependencies do not go together with those of the others is refused before anything is written.

Not here: the other changes (`workspace_edits.py`).
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from scaffolder.commands.new.workspace_edits import WorkspaceEdits
from scaffolder.core.errors import BadInput, ToolMissing
from scaffolder.reading.neighbours import of_project
from scaffolder.system import paths, process
from scaffolder.system import program_output as outputs
from scaffolder.system.transaction import FileChange
from scaffolder.toolchain import build_env, provision
from scaffolder.validation.tree_copy import TreeCopy
from scaffolder.validation.working_copy import COPY

LIMIT = 120.0
"""Seconds for Cargo, which asks the registry."""

CONFLICT = re.compile(
    r"failed to select a version|failed to (load|parse) manifest|two packages named|multiple workspace roots"
)
"""The errors that the new member causes; others, such as that of a registry out of reach, say nothing about it."""


def completed(edits: WorkspaceEdits, destination: Path, staged: Path) -> WorkspaceEdits:
    """Return the changes of a workspace with that of its Cargo.lock, and take the staged project's own lock away.

    Args:
        edits: The other changes.
        destination: The project's folder.
        staged: The project.

    Raises:
        BadInput: Cargo finds no common solution.
    """
    own, lock = staged / "Cargo.lock", edits.root / "Cargo.lock"
    before = lock.read_bytes() if lock.is_file() else None
    start = before if before is not None else own.read_bytes()
    own.unlink()
    after, notes = start, [*edits.notes, f"To complete its Cargo.lock: cargo update --workspace, in {edits.root}"]
    if (found := _resolved(edits, destination.resolve(), staged, start)) is not None:
        after, notes = found, [*edits.notes, f"{lock} has its packages."]
    changes = (*edits.changes, FileChange(lock, before, after)) if before != after else edits.changes
    return replace(edits, changes=changes, notes=tuple(notes))


def _resolved(edits: WorkspaceEdits, project: Path, staged: Path, lock: bytes) -> bytes | None:
    """Return the lock that Cargo makes, or None if Cargo or the registry cannot be asked."""
    try:
        variables = build_env.environment(provision.find_tools())
    except ToolMissing:
        return None
    with tempfile.TemporaryDirectory(prefix="workspace-", dir=paths.work()) as name:
        root = _copied(edits, project, staged, Path(name) / COPY)
        (root / "Cargo.lock").write_bytes(lock)
        cargo = process.which("cargo", variables["PATH"]) or "cargo"
        argv = [cargo, "update", "--workspace", "--quiet"]
        ran = process.run(argv, cwd=root, env=variables, log=Path(name) / "log", limit=LIMIT)
        if ran.is_ok:
            return (root / "Cargo.lock").read_bytes()
    # The user knows nothing of the copy.
    _refuse_conflict(ran.output.replace(str(root), str(edits.root)), edits.root)
    return None


def _copied(edits: WorkspaceEdits, project: Path, staged: Path, place: Path) -> Path:
    """Copy what Cargo reads of a workspace with its new member, and return the folder of the workspace in the copy."""
    made = TreeCopy(project, of_project(project), place).make(staged)
    root = made.parents[len(project.relative_to(edits.root).parts) - 1]
    _write(root, edits.changes)
    return root


def _write(root: Path, changes: Sequence[FileChange]) -> None:
    for each in changes:
        (root / each.path.name).write_bytes(each.after or b"")


def _refuse_conflict(output: str, root: Path) -> None:
    if CONFLICT.search(output):
        raise BadInput(
            what="the project cannot join this Cargo workspace",
            where=str(root),
            why="Cargo finds no versions that suit all of its members",
            fix="change what the members require, or: --workspace outside",
            details=outputs.last_lines(output),
        )
