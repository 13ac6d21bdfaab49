"""The plan of an edit: the bytes of every file before and after, and notes for the user.

Not here: the steps that fill a plan (`add.py`, `remove.py`, `rename.py`), and writing it (`transaction.py`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from scaffolder.system.transaction import FileChange


@dataclass
class Plan:
    """The files that an edit changes.

    Args:
        files: The files, in the order in which they were first changed.
        notes: What the user has to know or to do besides.
        origins: Whether the edit adds each thing that a removal may take out, or finds it; None for what it takes out.
        rust_hint: How to read a new binding in a crate without a struct `Bindings`; becomes the first note.
    """

    files: list[FileChange] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    origins: dict[str, bool | None] = field(default_factory=dict)
    rust_hint: str = ""

    def change(self, path: Path, before: bytes | None, after: bytes | None) -> None:
        """Record a file's new bytes, replacing those that an earlier step recorded.

        Args:
            path: The file.
            before: Its bytes on disk; None if the plan creates it.
            after: Its new bytes; None if the plan deletes it.
        """
        number = next((number for number, each in enumerate(self.files) if each.path == path), None)
        if number is not None:
            self.files[number] = FileChange(path, self.files[number].before, after)
        elif before != after:
            self.files.append(FileChange(path, before, after))

    def current(self, path: Path, on_disk: bytes) -> bytes:
        """Return a file's bytes as the steps so far have left them."""
        return next((each.after or b"" for each in self.files if each.path == path), on_disk)
