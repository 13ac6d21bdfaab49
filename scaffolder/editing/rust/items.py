"""Adds items to a Rust file, such as a handler, and takes them out again.

Not here: bindings (`bindings_rs.py`), and what the items are (`kinds/`).
"""

from __future__ import annotations

import re

from scaffolder.core.text_edit import TextEdit, apply_edits
from scaffolder.editing import lines
from scaffolder.editing.kind import Changes
from scaffolder.editing.rust.crate_root import proven, root
from scaffolder.reading.project import Worker
from scaffolder.reading.source import Source

TESTS = re.compile(rb"^#\[cfg\(test\)\]", re.MULTILINE)


def add(worker: Worker, text: str, changes: Changes) -> None:
    """Plan an item more in the crate's root.

    Raises:
        Unclear: There is no root, or it cannot be parsed.
    """
    path, source = root(worker, changes)
    changes.change(path, source.content, added(source, text))


def remove(worker: Worker, text: str, changes: Changes) -> bool:
    """Plan an item less in the crate's root, and answer whether it was there as it was written.

    Raises:
        Unclear: There is no root, or it cannot be parsed.
    """
    path, source = root(worker, changes)
    after = removed(source, text)
    changes.change(path, source.content, after)
    return after != source.content


def added(source: Source, text: str) -> bytes:
    """Answer a file with an item more: at its end, or above its tests.

    Args:
        source: The file.
        text: The item, with an empty line above.

    Raises:
        Unclear: The file cannot be parsed.
    """
    tests = TESTS.search(source.even)
    newline, content = lines.newline(source.content), source.content
    text = text.replace("\n", newline)
    at = len(content) if tests is None else lines.above(content, tests.start())
    if tests is not None:
        text = text.removeprefix(newline) + newline
    elif content and not content.endswith(b"\n"):
        text = newline + text.removesuffix(newline)
    return proven(source, apply_edits(content, [TextEdit(source.file, at, at, text)]))


def removed(source: Source, text: str) -> bytes:
    """Answer a file without an item that `added` wrote; one that was changed since stays.

    Raises:
        Unclear: The file cannot be parsed.
    """
    newline, content = lines.newline(source.content), source.content
    whole = text.replace("\n", newline).encode()
    core = whole.strip()
    at = content.find(core)
    if at < 0:
        return content
    if content[at + len(core) :].strip():
        return proven(source, content[:at] + content[at + len(core) + 2 * len(newline) :])
    end = at + len(core)
    begin = at - len(newline) if content.endswith(b"\n") else at - 2 * len(newline)
    return proven(source, content[:begin] + content[end + len(newline) :])
