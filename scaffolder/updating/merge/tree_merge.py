"""Merges three versions of a whole project, path by path: contents, modes, links, and files that were moved.

The project's own files include untracked and ignored ones, as far as the templates have files of these paths: nothing
that is there is ever replaced unless it is the old template's, byte for byte.

Not here: the merge of contents (`file_merge.py`), the order of SQL migrations (`sql_log.py`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

from scaffolder.updating.merge import sql_log
from scaffolder.updating.merge.file_merge import STAYS_DELETED, merge_file
from scaffolder.updating.merge.file_moves import moves
from scaffolder.updating.merge.outcome import LINK, Entry, Merged, MergedPath, Tree


def merge_trees(
    base: Tree, theirs: Tree, ours: Tree, *, moved: Mapping[str, str] | None = None, used_tags: Collection[str] = ()
) -> dict[str, MergedPath]:
    """Merge three versions of a project.

    Args:
        base: The old template's files.
        theirs: The new template's.
        ours: The project's, at least those of all paths that the templates have.
        moved: The new paths of files that the new template is known to have moved, by their old ones.
        used_tags: As of `merge_file`.

    Returns:
        The result of each path, in order; of a file that moved, also that of its old path, at which none is left.
    """
    logs = sql_log.merged(base, theirs, ours)
    in_logs = {path for tree in (base, theirs, ours) for path in tree if sql_log.is_in(path, logs.folders)}
    found = dict(logs.paths)
    rest = [_without(tree, in_logs) for tree in (base, theirs, ours)]
    for move in moves(rest[0], rest[1], rest[2], moved or {}):
        stages = _Stages(base[move.base], theirs[move.theirs], ours.get(move.ours))
        found |= {path: _gone(ours.get(path)) for path in (move.base, move.theirs, move.ours)}
        found[move.result] = _merged(move.result, stages, used_tags, ours.get(move.result))
    for path in {*base, *theirs, *ours} - found.keys() - in_logs:
        stages = _Stages(base.get(path), theirs.get(path), ours.get(path))
        found[path] = _merged(path, stages, used_tags, stages.ours)
    return {path: _unless_blocked(path, found[path], ours) for path in sorted(found)}


class _Stages(NamedTuple):
    """Three versions of a file."""

    base: Entry | None
    theirs: Entry | None
    ours: Entry | None


def _gone(current: Entry | None) -> MergedPath:
    """Return the result of a path whose file is at another one afterwards."""
    return MergedPath(None, None, None, None, current)


def _merged(path: str, stages: _Stages, used_tags: Collection[str], current: Entry | None) -> MergedPath:
    if any(each is not None and each.mode == LINK for each in stages):
        merged, mode = _whole(stages)
    else:
        old, new, own = (each.content if each else None for each in stages)
        merged, mode = merge_file(path, old, new, own, used_tags=used_tags), _mode(stages)
    entry = Entry(merged.content, mode) if merged.content is not None else None
    base, theirs, ours = stages
    return MergedPath(entry, base, ours, theirs, current, merged.conflicts, merged.notes, merged.is_stale)


def _whole(stages: _Stages) -> tuple[Merged, str]:
    """Return the result for a symbolic link, or for a file that became one: one side's, as it is."""
    base, theirs, ours = stages
    taken = ours if base == theirs or ours != base else theirs
    content, mode = (taken.content, taken.mode) if taken else (None, "")
    if theirs in {taken, base}:
        return Merged(content), mode
    if ours is None:
        return Merged(None, notes=(STAYS_DELETED,)), mode
    return Merged(content, ("a symbolic link that both sides changed",)), mode


def _mode(stages: _Stages) -> str:
    base, theirs, ours = stages
    if ours is None or theirs is None:
        one = ours or theirs
        return one.mode if one else ""
    return theirs.mode if base is not None and ours.mode == base.mode else ours.mode


def _unless_blocked(path: str, merged: MergedPath, ours: Tree) -> MergedPath:
    """Return a result, or that of a new file whose place another kind of thing has taken."""
    if merged.entry is None or merged.current is not None:
        return merged
    above = [path[:at] for at, sign in enumerate(path) if sign == "/"]
    if not any(each in ours for each in above) and not any(each.startswith(f"{path}/") for each in ours):
        return merged
    return MergedPath(
        None, merged.base, merged.ours, merged.theirs, None, ("your project has something else at this place",)
    )


def _without(tree: Tree, paths: Collection[str]) -> Tree:
    return {path: entry for path, entry in tree.items() if path not in paths}
