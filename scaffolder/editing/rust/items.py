"""Adds items to the text of a Rust file, such as a handler, and removes them.

Not here: bindings (`bindings_rs.py`), and the items themselves (`kinds/`).
"""

from __future__ import annotations

import re
from collections.abc import Container

from scaffolder.core.text_edit import TextEdit, apply_edits
from scaffolder.editing import lines
from scaffolder.editing.verify import verified_rust
from scaffolder.reading.rust.parser import parse
from scaffolder.reading.rust.resolution import Names
from scaffolder.reading.source import Source

VALUES = {"function_item", "const_item", "static_item"}
"""The items that share their names with functions."""

TESTS = re.compile(rb"^#\[cfg\(test\)\]", re.MULTILINE)


def names(source: Source, types: Container[str]) -> set[str]:
    """Return the names of a file's own items of some types, and the names that it imports.

    Args:
        source: The file.
        types: The node types of the items.
    """
    file = parse(source, "")
    named = [node for node in file.tree.root_node.named_children if node.type in types]
    own = {file.text(name) for node in named if (name := node.child_by_field_name("name")) is not None}
    return own | {*Names([file]).aliases(file)}


def added(source: Source, text: str) -> bytes:
    """Return a file with one more item: at its end, or above its tests.

    Args:
        source: The file.
        text: The item, after an empty line.

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
    return verified_rust(source, apply_edits(content, [TextEdit(source.file, at, at, text)]))


def removed(source: Source, text: str) -> bytes:
    """Return a file without an item that `added` wrote; one that was changed since stays.

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
        return verified_rust(source, content[:at] + content[at + len(core) + 2 * len(newline) :])
    end = at + len(core)
    begin = at - len(newline) if content.endswith(b"\n") else at - 2 * len(newline)
    return verified_rust(source, content[:begin] + content[end + len(newline) :])
