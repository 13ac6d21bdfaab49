"""Writes an update into its project, all of it or nothing: the copy, the files, their modes, git's index.

Not here: what is written (`update_plan.py`), and how several files are written as one (`transaction.py`).
"""

from __future__ import annotations

import stat
from pathlib import Path

from scaffolder.system import git_worktree, signals, transaction
from scaffolder.system.file_writer import FileChange
from scaffolder.system.git_worktree import Stage
from scaffolder.updating import saved_copies
from scaffolder.updating.merge.outcome import EXECUTABLE, LINK, MergedPath
from scaffolder.updating.saved_copies import SavedCopy, SavedFile
from scaffolder.updating.update_plan import UpdatePlan


def deliver(plan: UpdatePlan, *, head: str, stash: str) -> SavedCopy:
    """Write an update.

    Args:
        plan: The update.
        head: The commit that the repository is at; empty without one.
        stash: The commit with what was put aside; empty if nothing was.

    Raises:
        IOFailure: A file cannot be written; then none is.
    """
    folder = plan.record.folder
    versions = (plan.old.version.shown, plan.new.version.shown)
    facts = {"head": head, "conflicts": sorted(plan.conflicts), "stash": stash}
    with transaction.exclusive(folder), signals.deferred():
        copy = saved_copies.keep(folder, versions, _files(plan), facts)
        try:
            transaction.write(folder, plan.changes)
        except BaseException:
            copy.discard()
            raise
        for path, mode in plan.modes.items():
            _set_mode(folder / path, is_executable=mode == EXECUTABLE)
        if head and plan.conflicts:
            _mark_conflicts(plan, copy)
    return copy


def _mark_conflicts(plan: UpdatePlan, copy: SavedCopy) -> None:
    """Put the conflicts into git's index; if git cannot, take the whole update back.

    Raises:
        IOFailure: git failed.
    """
    folder = plan.record.folder
    try:
        git_worktree.mark_conflicts(folder, ((path, _stages(each)) for path, each in plan.conflicts.items()))
    except BaseException:
        transaction.write(folder, [FileChange(each.path, each.after, each.before) for each in plan.changes])
        for saved in copy.files:
            if saved.before is not None:
                (folder / saved.path).chmod(saved.mode)
        copy.discard()
        raise


def _files(plan: UpdatePlan) -> list[SavedFile]:
    folder = plan.record.folder
    found = []
    changes = {each.path: (each.before, each.after) for each in plan.changes}
    for path, each in (*plan.conflicts.items(), *((path, plan.paths[path]) for path in plan.modes)):
        # A link stays as it is, in a conflict, too.
        if each.current is None or each.current.mode != LINK:
            content = each.current.content if each.current else None
            changes.setdefault(folder / path, (content, content))
    for place, (before, after) in changes.items():
        mode = stat.S_IMODE(place.stat().st_mode) if before is not None else 0
        found.append(SavedFile(place.relative_to(folder).as_posix(), before, mode, saved_copies.digest(after)))
    return found


def _stages(merged: MergedPath) -> list[Stage]:
    sides = enumerate((merged.base, merged.ours, merged.theirs), start=1)
    return [Stage(number, each.mode, each.content) for number, each in sides if each is not None]


def _set_mode(path: Path, *, is_executable: bool) -> None:
    mode = stat.S_IMODE(path.stat().st_mode)
    # Whoever may read it may run it, as git does.
    path.chmod(mode | (mode & 0o444) >> 2 if is_executable else mode & ~0o111)
