"""Finds the files that one side moved, so that the other side's changes follow them.

Not here: their merge (`tree_merge.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import PurePosixPath

from scaffolder.updating.merge.outcome import REGULAR, Entry, Tree

SIMILAR = 0.6
"""The share of common lines from which on two files count as one that was moved."""

LEAST = 3
"""Lines of a file that is recognised by a share of them."""


@dataclass(frozen=True)
class Move:
    """A file that one side moved.

    Args:
        base: Its path in the old template.
        theirs: Its path in the new template.
        ours: Its path in the project.
    """

    base: str
    theirs: str
    ours: str

    @property
    def result(self) -> str:
        """The path that it gets: the one that differs from the old template's."""
        return self.theirs if self.ours == self.base else self.ours


def moves(base: Tree, theirs: Tree, ours: Tree, moved: Mapping[str, str]) -> list[Move]:
    """Return the files that one side moved and the other one still has at the old path.

    Args:
        base: The old template's files.
        theirs: The new template's.
        ours: The project's.
        moved: The new paths of files that the new template is known to have moved, by their old ones.
    """
    known = {old: new for old, new in moved.items() if old in base and new in theirs and new not in ours}
    gone = [path for path in base if path not in theirs and path not in known]
    added = [path for path in theirs if path not in base and path not in ours and path not in known.values()]
    followed = {**known, **dict(_pairs(base, gone, theirs, added))}
    away = [path for path in base if path not in ours and path in theirs and theirs[path] != base[path]]
    new = [path for path in ours if path not in base and path not in theirs]
    return [
        *(Move(old, path, old) for old, path in followed.items() if old not in theirs),
        *(Move(old, old, path) for old, path in _pairs(base, away, ours, new)),
    ]


def _pairs(base: Tree, gone: list[str], tree: Tree, added: list[str]) -> Iterator[tuple[str, str]]:
    """Yield each old path with the new one whose file is most like it."""
    left = list(added)
    for old in gone:
        # A file keeps its language, and most of its size.
        alike = [path for path in left if _suffix(path) == _suffix(old) and _is_sized_like(base[old], tree[path])]
        shares = [(_share(base[old], tree[path]), path) for path in alike]
        share, best = max(shares, default=(0.0, ""))
        if share >= SIMILAR:
            left.remove(best)
            yield old, best


def _suffix(path: str) -> str:
    return PurePosixPath(path).suffix


def _is_sized_like(one: Entry, other: Entry) -> bool:
    less, more = sorted((len(one.content), len(other.content)))
    return more <= less / SIMILAR**2


def _share(one: Entry, other: Entry) -> float:
    """Return the share of lines that two files have in common."""
    if one.content == other.content and one.content:
        return 1.0
    first, second = one.content.splitlines(), other.content.splitlines()
    if {one.mode, other.mode} != {REGULAR} or min(len(first), len(second)) < LEAST:
        return 0.0
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    return matcher.ratio() if matcher.real_quick_ratio() >= SIMILAR and matcher.quick_ratio() >= SIMILAR else 0.0
