"""Formats the change of one file as a unified diff.

Not here: which files change.
"""

from __future__ import annotations

import difflib
import re


def unified_diff(name: str, before: bytes | None, after: bytes | None, *, context: int = 2) -> str:
    """Return the unified diff of a file; a line tells of one that is no text.

    Args:
        name: Its path.
        before: Its bytes; None if there was no such file.
        after: Its new bytes; None if there is none any more.
        context: The number of unchanged lines around each change.
    """
    old, new = (
        f"{side}/{name}" if content is not None else "/dev/null" for side, content in (("a", before), ("b", after))
    )
    try:
        # Not by `splitlines`, for which a form feed ends a line.
        first, second = (re.findall(r"[^\n]*\n|[^\n]+", (content or b"").decode()) for content in (before, after))
    except UnicodeDecodeError:
        return f"Binary files {old} and {new} differ\n"
    lines = list(difflib.unified_diff(first, second, old, new, n=context))
    if not lines and before != after:
        # An empty file that is new or gone has no lines that differ.
        lines = [f"--- {old}\n", f"+++ {new}\n"]
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)
