"""Reads a wasm file: its size without names, and the bytes of its functions by the crate that they are of.

Only what a table needs is read: the sections, the names of functions, and the lengths of their bodies.

Not here: builds, and what is measured of them (`sizes.py`).
"""

from __future__ import annotations

import gzip
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

HEADER = 8
CUSTOM, IMPORT, CODE, DATA = 0, 2, 10, 11
FUNCTION, TAG = 0, 4
FUNCTION_NAMES = 1

DROP = "core::ptr::drop_in_place<"
CRATE = re.compile(r"(?<![\w:\]])([A-Za-z_]\w*)(?:\[[0-9a-f]+\])?::")
"""A name at the start of a path; std's names have the crate's hash behind it."""

GLUE = "wasm_bindgen"
"""The crate of functions whose names have no path: those that wasm-bindgen writes, and the exports."""

STANDARD = "the standard library"
PARTS_OF_STANDARD = ("alloc", "core", "std", "__rustc")


@dataclass(frozen=True)
class Section:
    """A section, with its header in `whole` and without it in `content`; only custom ones have a name."""

    kind: int
    name: str
    content: bytes
    whole: bytes


class _Reader:
    """Numbers and blocks of bytes, one after the other."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.at = 0

    def number(self) -> int:
        value = shift = 0
        while True:
            byte = self.take(1)[0]
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:  # noqa: PLR2004 - the bit that says that more follow
                return value

    def take(self, size: int) -> bytes:
        self.at += size
        return self.content[self.at - size : self.at]

    def block(self) -> bytes:
        return self.take(self.number())


class Wasm:
    """A wasm file.

    Args:
        path: The file, with its names section.
    """

    def __init__(self, path: Path) -> None:
        self.content = path.read_bytes()
        self.sections = list(_sections(self.content))

    def gzipped(self, *, names: bool = True) -> int:
        """Return the size after gzip at level 9, as a validation counts it."""
        kept = (each.whole for each in self.sections if names or not _has_names(each))
        return len(gzip.compress(b"".join([self.content[:HEADER], *kept]), 9))

    def size(self, kind: int) -> int:
        """Return the bytes of the sections of a kind."""
        return sum(len(each.whole) for each in self.sections if each.kind == kind)

    def by_crate(self) -> Counter[str]:
        """Return the bytes of the functions of each crate, the largest first."""
        reader = _Reader(self._only(CODE))
        imported = self._imported()
        names = self._names()
        found: Counter[str] = Counter()
        for index in range(imported, imported + reader.number()):
            found[crate_of(names.get(index, ""))] += len(reader.block())
        return Counter(dict(found.most_common()))

    def _only(self, kind: int) -> bytes:
        (content,) = (each.content for each in self.sections if each.kind == kind)
        return content

    def _imported(self) -> int:
        """Return the number of imported functions, which have the first indexes."""
        reader = _Reader(self._only(IMPORT))
        kinds = [_import_kind(reader) for _ in range(reader.number())]
        return kinds.count(FUNCTION)

    def _names(self) -> dict[int, str]:
        """Return the names of functions by index."""
        (section,) = filter(_has_names, self.sections)
        reader = _Reader(section.content)
        while reader.take(1)[0] != FUNCTION_NAMES:
            reader.block()
        entries = _Reader(reader.block())
        return {entries.number(): entries.block().decode() for _ in range(entries.number())}


def crate_of(function: str) -> str:
    """Return the crate of a function, by its name: the first path in it, or what is dropped if it drops something."""
    found = CRATE.search(function.removeprefix(DROP))
    crate = found[1] if found else STANDARD if function.startswith(("<", DROP)) else GLUE
    return STANDARD if crate in PARTS_OF_STANDARD else crate


def _import_kind(reader: _Reader) -> int:
    """Read one import. wasm-bindgen imports nothing but functions, and the tag of JavaScript's exceptions."""
    _module, _name, kind = reader.block(), reader.block(), reader.take(1)[0]
    if kind not in (FUNCTION, TAG):
        raise ValueError(kind)
    _attribute, _type = reader.take(1) if kind == TAG else b"", reader.number()
    return kind


def _has_names(section: Section) -> bool:
    return section.kind == CUSTOM and section.name == "name"


def _sections(content: bytes) -> Iterator[Section]:
    reader = _Reader(content)
    reader.take(HEADER)
    while reader.at < len(content):
        start = reader.at
        kind, body = reader.take(1)[0], _Reader(reader.block())
        name = body.block().decode() if kind == CUSTOM else ""
        yield Section(kind, name, body.content[body.at :], content[start : reader.at])
