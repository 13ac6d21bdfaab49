"""Tells what the rest of a crate does with its struct `Bindings`.

Not here: how the struct is changed (`bindings_rs.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from scaffolder.editing.rust.bindings_rs import Entry
from scaffolder.reading.source import Source


def is_seen(sources: Sequence[Source], of: Source) -> bool:
    """Answer whether the compiler cannot tell if a field of `Bindings` is read, or was told not to."""
    if b"#![expect(dead_code" in of.content or b"#![allow(dead_code" in of.content:
        return True
    stem = re.escape(PurePosixPath(of.file).stem.encode())
    shown = re.compile(rb"^\s*pub (?:mod " + stem + rb"\b|use [^;]*\bBindings\b)", re.MULTILINE)
    return stem == b"lib" or any(shown.search(source.even) for source in sources)


def converts(sources: Sequence[Source], error: str) -> bool:
    """Answer whether `?` makes this error of the worker crate's."""
    made = re.compile(rb"\bFrom<(?:worker::)?Error> for " + re.escape(error.encode()) + rb"\b")
    return any(made.search(source.even) for source in sources)


def field_uses(sources: Sequence[Source], entry: Entry) -> Iterator[str]:
    """Tell where a field of `Bindings` is used, besides where it is found."""
    field = re.escape(entry.field.encode())
    used = re.compile(rb"\.\s*" + field + rb"\b(?!\s*\()|\bBindings\s*\{[^{}]*\b" + field + rb"\s*[,}:]")
    for source in sources:
        for found in used.finditer(source.even):
            if b"struct" not in source.even[max(0, found.start() - len("struct ")) : found.start()]:
                yield f"{source.file}:{source.span(*found.span()).line}"
