"""Knows whether an update of a project has left conflicts that are not resolved yet.

A file in conflict is resolved when git's index has one version of it again, or, without git, when its markers are gone
and it is not as the update left it.

Not here: markers that no update left (`conflicted_files.py`).
"""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from shlex import quote

from scaffolder.core.errors import Conflict, Refusal
from scaffolder.core.invocation import program
from scaffolder.system import file_writer, git_worktree
from scaffolder.system.conflict_markers import merge_conflicts
from scaffolder.updating import saved_copies
from scaffolder.updating.saved_copies import SavedCopy, digest


def refuse(folder: Path) -> None:
    """Refuse a project whose update is unfinished, in a folder or around it.

    Raises:
        Conflict: It is.
    """
    if not saved_copies.place().is_dir():
        return
    for project in (folder.resolve(), *folder.resolve().parents):
        copy = saved_copies.newest(project) if project.is_dir() else None
        left = _left(project, copy) if copy is not None else []
        if copy is not None and left:
            raise conflict(project, copy, left)


def conflict(project: Path, copy: SavedCopy, left: list[str], details: tuple[str, ...] = ()) -> Conflict:
    """Return the refusal of an unfinished update.

    Args:
        project: The project's folder.
        copy: The copy of the update.
        left: The files that are in conflict.
        details: A line on each of them; by default, how to finish it.
    """
    files = "1 file" if len(left) == 1 else f"{len(left)} files"
    return Conflict(
        what=f"the update from {copy.old} to {copy.new} is unfinished: {files} in conflict",
        where=str(project),
        why="both you and the template changed the same part of them",
        fix=f"to finish it, resolve each file below, then `git add` it where there is a repository;\n"
        f"to undo it: {program()} update --undo {quote(str(project))}",
        details=list(details) or [how_to_finish(project, path) for path in left],
    )


def how_to_finish(project: Path, path: str) -> str:
    """Return a line on how to resolve a file in conflict."""
    found = content(project, path)
    steps = "keep it or remove it" if found is None or not _markers(path, found) else "edit it, remove the markers"
    added = (
        f", then: {git_worktree.command(project, f'add {quote(path)}')}" if git_worktree.is_versioned(project) else ""
    )
    return f"{path}: {steps}{added}"


def _left(project: Path, copy: SavedCopy) -> list[str]:
    """Return the files that are still in conflict."""
    after = {each.path: each.after for each in copy.files}
    unmerged = _unmerged(project) if copy.conflicts and copy.head else []
    found = []
    for path in copy.conflicts:
        now = content(project, path)
        as_left = not copy.head and digest(now) == after.get(path)
        if path in unmerged or as_left or (now is not None and _markers(path, now)):
            found.append(path)
    return found


def content(project: Path, path: str) -> bytes | None:
    """Return a file's content; None if there is none, or a link on the way to it, in which no update writes."""
    return None if is_link(project, path) else file_writer.content(project, path)


def is_link(project: Path, path: str) -> bool:
    """Return whether a file, or a folder on the way to it, is a link."""
    return any((project / each).is_symlink() for each in (PurePosixPath(path), *PurePosixPath(path).parents))


def _unmerged(project: Path) -> list[str]:
    try:
        return git_worktree.unmerged(project) if git_worktree.is_versioned(project) else []
    except Refusal:
        return []


def _markers(path: str, content: bytes) -> bool:
    return bool(merge_conflicts(Path(path).suffix, content))
