"""Verifies an edit before it is planned: no other byte changes, the data is as expected, comments stay in their place.

Not here: the refusal of what cannot be verified (`refusals.py`).
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
from scaffolder.reading.rust.grammar_gaps import first_error
from scaffolder.reading.rust.parser import RustFile, parse
from scaffolder.reading.source import Source

SHOWN = 40
"""The most characters of code that a cause quotes."""

KEY = re.compile(rb"[^=:]+[=:]")


def applied(document: Document, operations: Sequence[Insert | Remove]) -> bytes:
    """Return the bytes of a document after some operations, each of which is verified.

    Raises:
        Unclear: One of them cannot be verified.
    """
    for operation in operations:
        document = _applied(document, operation)
    return document.source.content


def _applied(document: Document, operation: Insert | Remove) -> Document:
    language = toml_splices if document.file.endswith(".toml") else jsonc_splices
    try:
        content = apply_edits(document.source.content, language.edits(document, operation))
        after = reread(document, content)
    except (BadInput, KeyError, IndexError, TypeError, ValueError) as error:
        raise Unclear from error
    if not (_is_as_expected(document.data, after.data, operation) and is_kept(document.source.content, content)):
        raise Unclear
    return after


def reread(document: Document, content: bytes) -> Document:
    """Parse other bytes as a version of the same document."""
    source = Source(document.file, content)
    return reading_toml.read(source) if document.file.endswith(".toml") else reading_jsonc.read(source)


def verified_rust(source: Source, content: bytes) -> bytes:
    """Return a Rust file's new bytes.

    Raises:
        Unclear: They cannot be parsed, or they do more than to insert into the old ones or to remove from them.
    """
    parsed_rust(source)
    after = parse(Source(source.file, content), "")
    if after.tree.root_node.has_error or not is_kept(source.content, content):
        raise Unclear(source.file)
    return content


def parsed_rust(source: Source) -> RustFile:
    """Parse a Rust file in which every part has to be known.

    Raises:
        Unclear: It has a part that does not parse.
    """
    file = parse(source, "")
    error = first_error(file.tree.root_node)
    if error is not None:
        span = file.span(error)
        text = source.line(span.line)[span.column - 1 :].strip()
        shown = text if len(text) <= SHOWN else f"{text[:SHOWN]}..."
        raise Unclear(f"{span.file}:{span.line}", f"the Rust does not parse at `{shown}`")
    return file


def is_kept(before: bytes, after: bytes) -> bool:
    """Return whether the shorter text is a subsequence of the longer one, and each comment is above the same line."""
    less, more = sorted((before, after), key=len)
    rest = _comments(more)
    return _is_within(less, more) and all(any(_is_same(each, other) for other in rest) for each in _comments(less))


def _is_as_expected(before: dict[str, Any], after: dict[str, Any], operation: Insert | Remove) -> bool:
    wanted = expected(before, operation)
    if isinstance(operation, Remove):
        above = operation.path[:-1]
        return bool(pruned(wanted, above) == pruned(after, above))
    return wanted == after


def _is_within(less: Sequence[Any], more: Sequence[Any]) -> bool:
    """Return whether all of one sequence is in the other, in order."""
    rest = iter(more)
    return all(each in rest for each in less)


def _comments(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield each line that is a comment, with the line below it."""
    listed = content.splitlines()
    for number, line in enumerate(listed):
        if is_comment(line):
            yield line, listed[number + 1] if number + 1 < len(listed) else b""


def _is_same(less: tuple[bytes, bytes], more: tuple[bytes, bytes]) -> bool:
    """Return whether a comment is above the same line, whose value may have grown or got a comma."""
    key = KEY.match(less[1])
    has_grown = key is not None and more[1].startswith(key[0]) and _is_within(less[1], more[1])
    return less[0] == more[0] and (has_grown or less[1].replace(b",", b"") == more[1].replace(b",", b""))
