"""Knows the places at which both sides may add lines, and the result is all of them: lists of ignored files, and tests.

Not here: the merge (`line_merge.py`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from scaffolder.updating.merge.line_merge import ByteLines, Chunk

LISTS = {
    ".dev.vars.example",
    ".dockerignore",
    ".gitattributes",
    ".gitignore",
    ".ignore",
    ".npmignore",
    ".prettierignore",
}
"""The names of files in which each line stands for itself."""

SCRIPTS = (".mjs", ".js", ".mts", ".ts")

TESTS = re.compile(rb"(?:\s.*|(?:test|it|describe)(?:\.\w+)?\(.*|\}\);?|//.*|)")
"""A line of tests at the top level of a script."""

IMPORTS = re.compile(rb"import .*;|\s*")


def both(path: str, chunk: Chunk) -> ByteLines | None:
    """Return what the new template adds to the lines that the project adds at the same place.

    Args:
        path: The path of the file.
        chunk: The place.

    Returns:
        The lines to put behind the project's, or None if the two have to be looked at.
    """
    name = path.rpartition("/")[2]
    if any(line.strip() for line in chunk.base):
        return None
    if name in LISTS or (name.endswith(SCRIPTS) and _all(IMPORTS, chunk)):
        return [line for line in chunk.theirs if line not in chunk.ours]
    if name.endswith(SCRIPTS) and _all(TESTS, chunk) and all(map(_is_whole, (chunk.theirs, chunk.ours))):
        return chunk.theirs
    return None


def _all(pattern: re.Pattern[bytes], chunk: Chunk) -> bool:
    return all(pattern.fullmatch(line) for line in (*chunk.theirs, *chunk.ours))


def _is_whole(added: ByteLines) -> bool:
    """Return whether lines are whole tests, each from its first line to its last one."""
    top: Sequence[bytes] = [line for line in added if line[:1].strip() and not line.startswith(b"//")]
    is_open = [line.startswith(b"}") for line in top if not line.rstrip().endswith(b"});") or line.startswith(b"}")]
    return bool(top) and is_open == [number % 2 == 1 for number in range(len(is_open))] and len(is_open) % 2 == 0
