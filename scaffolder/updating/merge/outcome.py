"""The results of a merge: of one file's bytes, and of one path of a project.

Not here: how they come about (`file_merge.py`, `tree_merge.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

REGULAR, EXECUTABLE, LINK = "100644", "100755", "120000"
"""The modes that git gives a file, as its index writes them."""


@dataclass(frozen=True)
class Merged:
    """The result of merging one file.

    Args:
        content: Its bytes; None if there is no such file afterwards.
        conflicts: The places where both sides changed the same thing differently, as phrases. A text has git's
            markers at each; any other file is the project's own.
        notes: Facts for the user that are no conflicts.
        is_stale: Whether it is a lock file that both sides changed, which a tool has to write anew.
    """

    content: bytes | None
    conflicts: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    is_stale: bool = False


@dataclass(frozen=True)
class Entry:
    """A file or a symbolic link.

    Args:
        content: Its bytes; the target of a link.
        mode: Its mode, as git's index writes it.
    """

    content: bytes
    mode: str = REGULAR


Tree = Mapping[str, Entry]
"""Files by their paths from the project's folder, with forward slashes."""


@dataclass(frozen=True)
class MergedPath:
    """The result of merging one path of a project.

    Args:
        entry: The file that is there afterwards, or None.
        base: The file in the old template, or None: stage 1 of git's index.
        ours: The project's file, or None: stage 2.
        theirs: The file in the new template, or None: stage 3.
        current: The file that the project has at this path before the merge, or None; of a moved file, not `ours`.
        conflicts: As of `Merged`.
        notes: As of `Merged`.
        is_stale: As of `Merged`.
    """

    entry: Entry | None
    base: Entry | None
    ours: Entry | None
    theirs: Entry | None
    current: Entry | None
    conflicts: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    is_stale: bool = False

    @property
    def is_changed(self) -> bool:
        """Whether the project's file has to be written, or removed."""
        return self.entry != self.current
