"""Proves an edit before it is written: no other byte is touched, the data is as wanted, comments stay where they are.

Not here: what to do where that cannot be proven (`plan.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from scaffolder.core.errors import BadInput
from scaffolder.core.text_edit import apply_edits
from scaffolder.editing.config import jsonc_splices, toml_splices
from scaffolder.editing.lines import is_comment
from scaffolder.editing.operations import Insert, Remove, Unclear, expected, pruned
from scaffolder.reading.config import jsonc_parser as reading_jsonc
from scaffolder.reading.config import toml_parser as reading_toml
from scaffolder.reading.config.document import Document
from scaffolder.reading.source import Source

KEY = re.compile(rb"[^=:]+[=:]")


def changed(document: Document, changes: Sequence[Insert | Remove]) -> bytes:
    """Answer the bytes of a document after some changes, each of which is proven.

    Raises:
        Unclear: One of them cannot be proven.
    """
    for change in changes:
        document = _changed(document, change)
    return document.source.content


def _changed(document: Document, change: Insert | Remove) -> Document:
    grammar = toml_splices if document.file.endswith(".toml") else jsonc_splices
    try:
        content = apply_edits(document.source.content, grammar.edits(document, change))
        after = reread(document, content)
    except (BadInput, KeyError, IndexError, TypeError, ValueError) as error:
        raise Unclear from error
    if not (_is_as_wanted(document.data, after.data, change) and is_kept(document.source.content, content)):
        raise Unclear
    return after


def reread(document: Document, content: bytes) -> Document:
    """Read a document as it would be with other bytes."""
    source = Source(document.file, content)
    return reading_toml.read(source) if document.file.endswith(".toml") else reading_jsonc.read(source)


def is_kept(before: bytes, after: bytes) -> bool:
    """Answer whether one text is the other one with something more, and each comment is before the same line."""
    less, more = sorted((before, after), key=len)
    rest = _comments(more)
    return _is_within(less, more) and all(any(_is_same(each, other) for other in rest) for each in _comments(less))


def _is_as_wanted(before: dict[str, Any], after: dict[str, Any], change: Insert | Remove) -> bool:
    wanted = expected(before, change)
    if isinstance(change, Remove):
        above = change.path[:-1]
        return bool(pruned(wanted, above) == pruned(after, above))
    return wanted == after


def _is_within(less: Sequence[Any], more: Sequence[Any]) -> bool:
    """Answer whether all of one sequence is in the other, in order."""
    rest = iter(more)
    return all(each in rest for each in less)


def _comments(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Tell each line that is a comment, and the line below it."""
    listed = content.splitlines()
    for number, line in enumerate(listed):
        if is_comment(line):
            yield line, listed[number + 1] if number + 1 < len(listed) else b""


def _is_same(less: tuple[bytes, bytes], more: tuple[bytes, bytes]) -> bool:
    """Answer whether a comment stands above the same line, of which the value may have grown, or got a comma."""
    key = KEY.match(less[1])
    has_grown = key is not None and more[1].startswith(key[0]) and _is_within(less[1], more[1])
    return less[0] == more[0] and (has_grown or less[1].replace(b",", b"") == more[1].replace(b",", b""))
