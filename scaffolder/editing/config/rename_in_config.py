"""Renames something in the text of a wrangler file, and verifies that nothing else changes.

A name is a value, as that of a binding, or a key, as that of a variable or an environment; a key may stand in many
headers and dotted keys.

Not here: the choice of the name (`rename.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from scaffolder.core.errors import BadInput
from scaffolder.core.text_edit import TextEdit, apply_edits
from scaffolder.editing.lines import start_of
from scaffolder.editing.operations import KeyPath, Unclear
from scaffolder.editing.verify import reread
from scaffolder.reading.config.document import ByteRange, Document, Location

PART = rb"""(?:"(?:\\.|[^"\\\n])*"|'[^'\n]*'|[A-Za-z0-9_-]+)"""
BEFORE = re.compile(rb"(?:" + PART + rb"\s*\.\s*)+$")


def renamed(document: Document, path: KeyPath, new: str, *, is_key: bool) -> Document:
    """Return a document with another name at a path.

    Args:
        document: The document.
        path: The path of the name.
        new: The new name.
        is_key: Whether the name is the last key of the path; else it is the value at the path.

    Raises:
        Unclear: It is written in a way that cannot be edited safely.
    """
    old = str(path[-1] if is_key else document.get(*path))
    location = document.locations.get(path)
    if location is None:
        raise Unclear
    content = document.source.content
    spans = set(_keys(document, path)) if is_key else {location.value}
    edits = [_edit(document, span, old, new) for span in sorted(spans)]
    try:
        after = reread(document, apply_edits(content, edits))
    except BadInput as error:
        raise Unclear from error
    if not edits or after.data != _expected(document.data, path, new, is_key=is_key):
        raise Unclear
    return after


def _edit(document: Document, span: ByteRange, old: str, new: str) -> TextEdit:
    """Return the edit of the name alone, inside of its quotes."""
    start, end = span
    text = document.source.content[start:end]
    if text == old.encode():
        return TextEdit(document.file, start, end, new)
    if text[1:-1] != old.encode() or text[:1] != text[-1:] or text[:1] not in {b'"', b"'"}:
        raise Unclear
    return TextEdit(document.file, start + 1, end - 1, new)


def _keys(document: Document, path: KeyPath) -> Iterator[ByteRange]:
    """Yield every range in which the last key of a path is written."""
    for each, location in document.locations.items():
        if each[: len(path)] != path:
            continue
        if location.header is not None:
            yield _in_header(document, location, path)
        elif location.key is not None:
            chain = [*_before(document, location.key[0]), location.key]
            index = len(chain) - 1 - (len(each) - len(path))
            # What is in a table or an array of its own does not repeat the key.
            if index >= 0 and not any(isinstance(key, int) for key in each[len(path) :]):
                yield chain[index]


def _in_header(document: Document, location: Location, path: KeyPath) -> ByteRange:
    start, end = location.header or location.value
    parts = _parts(document.source.content, start, end)
    return parts[len([key for key in path if not isinstance(key, int)]) - 1]


def _before(document: Document, at: int) -> list[ByteRange]:
    """Return the parts of a dotted key before the one that begins at an offset."""
    content = document.source.content
    start = start_of(content, at)
    found = BEFORE.search(content[start:at])
    return _parts(content, start + found.start(), at) if found else []


def _parts(content: bytes, start: int, end: int) -> list[ByteRange]:
    return [(start + found.start(), start + found.end()) for found in re.finditer(PART, content[start:end])]


def _expected(data: Any, path: KeyPath, new: str, *, is_key: bool) -> Any:
    """Return a copy of data with the other name."""
    if not path:
        return new
    key, rest = path[0], path[1:]
    if isinstance(data, list):
        return [*data[: int(key)], _expected(data[int(key)], rest, new, is_key=is_key), *data[int(key) + 1 :]]
    if not rest and is_key:
        if new in data:
            raise Unclear
        return {new if each == key else each: value for each, value in data.items()}
    return {**data, key: _expected(data[key], rest, new, is_key=is_key)}
