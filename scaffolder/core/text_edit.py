"""A text edit: some bytes of a file, and the text that takes their place.

Not here: writing files (`transaction.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class TextEdit:
    """A text in place of some bytes of a file; an empty range makes it an insertion.

    Args:
        file: The file as seen from the project's folder, with slashes.
        start: Offset of the first byte that is replaced.
        end: Offset after the last one.
        text: The new text.
    """

    file: str
    start: int
    end: int
    text: str


def apply_edits(content: bytes, edits: Sequence[TextEdit]) -> bytes:
    """Return a file's bytes with edits applied, which must not overlap; every other byte is kept."""
    for edit in sorted(edits, key=lambda each: each.start, reverse=True):
        content = content[: edit.start] + edit.text.encode() + content[edit.end :]
    return content
