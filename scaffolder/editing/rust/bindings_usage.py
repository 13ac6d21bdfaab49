"""Finds how the rest of a crate uses its struct `Bindings`.

Not here: how the struct is changed (`bindings_rs.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from scaffolder.editing.rust.binding_field import BindingField
from scaffolder.reading.source import Source


def is_exported(sources: Sequence[Source], of: Source) -> bool:
    """Return whether rustc cannot warn of an unread field of `Bindings`: others may read it, or the lint is off."""
    if b"#![expect(dead_code" in of.content or b"#![allow(dead_code" in of.content:
        return True
    stem = re.escape(PurePosixPath(of.file).stem.encode())
    shown = re.compile(rb"^\s*pub (?:mod " + stem + rb"\b|use [^;]*\bBindings\b)", re.MULTILINE)
    return stem == b"lib" or any(shown.search(source.even) for source in sources)


def converts(sources: Sequence[Source], error: str) -> bool:
    """Return whether `?` converts the worker crate's error into this one."""
    made = re.compile(rb"\bFrom<(?:worker::)?Error> for " + re.escape(error.encode()) + rb"\b")
    return any(made.search(source.even) for source in sources)


def field_uses(sources: Sequence[Source], field: BindingField) -> Iterator[str]:
    """Yield the places that use a field of `Bindings`, besides the one that fills it."""
    name = re.escape(field.field.encode())
    used = re.compile(rb"\.\s*" + name + rb"\b(?!\s*\()|\bBindings\s*\{[^{}]*\b" + name + rb"\s*[,}:]")
    for source in sources:
        for found in used.finditer(source.even):
            if b"struct" not in source.even[max(0, found.start() - len("struct ")) : found.start()]:
                yield f"{source.file}:{source.span(*found.span()).line}"
