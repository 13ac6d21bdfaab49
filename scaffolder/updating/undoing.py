"""Undoes the last update of a project, to the byte.

What the user has changed in these files since is kept beside the copy, and named.

Not here: the copy (`saved_copies.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree

from scaffolder.core.errors import BadInput
from scaffolder.system import file_writer, git_worktree, signals, transaction
from scaffolder.system.file_writer import FileChange
from scaffolder.updating import origin_record, saved_copies, undoing_by_git, unfinished
from scaffolder.updating.saved_copies import SavedCopy, SavedFile, digest


@dataclass(frozen=True)
class Undone:
    """What undoing an update did.

    Args:
        old: The version before the update.
        new: The version after it.
        files: The paths of the files that are as they were.
        kept: The folder with the user's own later changes of them; None if there were none.
        stash: The commit with what `--stash` put aside; empty if nothing was.
    """

    old: str
    new: str
    files: tuple[str, ...]
    kept: Path | None
    stash: str = ""


def undo(project: Path) -> Undone:
    """Undo the last update of a project.

    Args:
        project: The project's real folder.

    Raises:
        BadInput: There is none to undo.
        IOFailure: A file cannot be written; then none is.
    """
    copy = _copy(project)
    if copy is None:
        updated = origin_record.read(project).commit
        if found := undoing_by_git.undo(project):
            return Undone(origin_record.read(project).commit, updated, found[0], found[1])
        raise BadInput(
            what="there is no update to undo",
            where=str(project),
            why=f"the cache has no copy of an update of this project from the last {saved_copies.DAYS} days",
            fix="an update that is committed can be undone by git: git revert COMMIT",
        )
    with transaction.exclusive(project), signals.deferred():
        _refuse_links(project, copy)
        now = {each.path: file_writer.content(project, each.path) for each in copy.files}
        own = [each for each in copy.files if digest(now[each.path]) != each.after and now[each.path] != each.before]
        kept = _kept(copy, own, now)
        changes = [FileChange(project / each.path, now[each.path], each.before) for each in copy.files]
        changed = [each for each in changes if each.before != each.after]
        transaction.write(project, changed)
        for each in copy.files:
            if each.before is not None:
                (project / each.path).chmod(each.mode)
        _forget_staged(project, copy)
        copy.discard()
    names = tuple(each.path.relative_to(project).as_posix() for each in changed)
    return Undone(copy.old, copy.new, names, kept, copy.stash)


def _refuse_links(project: Path, copy: SavedCopy) -> None:
    """Refuse to replace what the user has put in a file's place, and what can only be reached by a link."""
    for each in copy.files:
        if unfinished.is_link(project, each.path):
            raise BadInput(
                what="a file of the update is a link now",
                where=each.path,
                why="undoing the update would have to replace it, or what it leads to",
                fix="move the link away, and run the same command again",
            )


def _copy(project: Path) -> SavedCopy | None:
    """Return the copy of the last update, and forget those of updates that were never written."""
    while (copy := saved_copies.newest(project)) is not None:
        if any(unfinished.content(project, each.path) != each.before for each in copy.files):
            return copy
        if copy.conflicts and _is_unmerged(project):
            return copy
        copy.discard()
    return None


def _is_unmerged(project: Path) -> bool:
    return git_worktree.is_versioned(project) and bool(git_worktree.unmerged(project))


def _kept(copy: SavedCopy, own: Sequence[SavedFile], now: dict[str, bytes | None]) -> Path | None:
    """Keep the user's later changes of some files, and return their folder."""
    there = {each.path: content for each in own if (content := now[each.path]) is not None}
    if not there:
        return None
    folder = copy.folder.with_name(f"{copy.folder.name}.changed-since")
    rmtree(folder, ignore_errors=True)
    for path, content in there.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder


def _forget_staged(project: Path, copy: SavedCopy) -> None:
    """Set git's index back, unless something was committed since."""
    if copy.head and git_worktree.state(project).head == copy.head:
        git_worktree.forget_staged(project, sorted({*copy.conflicts, *(each.path for each in copy.files)}))
