"""A text edit: the replacement of one range of bytes in a file.

Not here: writing files (`transaction.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class TextEdit:
    """A replacement of a range of bytes; an empty range is an insertion.

    Args:
        file: Path relative to the project's folder, with forward slashes.
        start: Offset of the first replaced byte.
        end: Offset after the last replaced byte.
        text: The replacement.
    """

    file: str
    start: int
    end: int
    text: str


def apply_edits(content: bytes, edits: Sequence[TextEdit]) -> bytes:
    """Return `content` with `edits` applied; they must not overlap."""
    # From the end backwards, so that the offsets of the edits still to come stay valid.
    for edit in sorted(edits, key=lambda each: each.start, reverse=True):
        content = content[: edit.start] + edit.text.encode() + content[edit.end :]
    return content
