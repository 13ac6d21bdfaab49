"""Merges the text of three versions of a TOML file: table by table, and in a table key by key.

A comment goes with the key or the table right below it; one that stands on its own is a part of its own. Where both
sides changed a key, the result has the project's line, which is corrected by the merged data afterwards.

Not here: that data (`data_merge.py`), and the correction (`config_merge.py`).
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass

from scaffolder.editing import lines
from scaffolder.editing.operations import KeyPath
from scaffolder.reading.config.document import Document
from scaffolder.updating.merge import keyed_merge, line_merge
from scaffolder.updating.merge.data_merge import IDENTITIES
from scaffolder.updating.merge.keyed_merge import Unit

TOP: Hashable = "top"
HEAD: Hashable = "header"
BLANK_END = re.compile(rb"(?:\A|(?<=\n))(?:[ \t]*\r?\n)+\Z")

Piece = tuple[Hashable, int, int]


@dataclass(frozen=True)
class Page:
    """A file, taken apart.

    Args:
        blocks: What is above the first table, and each table.
        inner: The parts of each block.
        tail: The empty lines at its end.
    """

    blocks: list[Unit]
    inner: dict[Hashable, list[Unit]]
    tail: bytes


def merged(base: Document, theirs: Document, ours: Document) -> bytes:
    """Return the merged text of three files, each of which ends in a line break."""
    old, new, own = (_page(each) for each in (base, theirs, ours))

    def block(_: Unit | None, after: Unit | None, here: Unit | None) -> bytes | None:
        if here is None or after is None:
            return here.text if here else None
        inner = [page.inner.get(here.key, []) for page in (old, new, own)]
        return _joined(keyed_merge.merged(inner[0], inner[1], inner[2], _statement))

    return _joined(keyed_merge.merged(old.blocks, new.blocks, own.blocks, block)) + own.tail


def _statement(base: Unit | None, theirs: Unit | None, ours: Unit | None) -> bytes | None:
    """Return a key with its comments; what both sides changed is the project's."""
    if ours is None or theirs is None:
        return ours.text if ours else None
    (old, before), (new, after), (own, here) = (_split(each.text if each else b"") for each in (base, theirs, ours))
    comments = line_merge.merged(old, new, own, prefers_ours=True).content
    return comments + line_merge.merged(before, after, here, prefers_ours=True).content


def _split(text: bytes) -> tuple[bytes, bytes]:
    """Return the comments above a key, and the rest."""
    at = 0
    while at < len(text) and lines.is_comment(text[at : lines.end_of(text, at)]):
        at = lines.after(text, at)
    return text[:at], text[at:]


def _joined(units: Sequence[Unit]) -> bytes:
    return b"".join(unit.lead + unit.text for unit in units)


def _page(document: Document) -> Page:
    content = document.source.content
    headers = [(lines.above(content, header[0]), header, path) for header, path in _headers(document)]
    ends = [*(begin for begin, *_ in headers), len(content)]
    statements = list(_statements(document))
    inner: dict[Hashable, list[Unit]] = {TOP: _units(content, statements, (0, ends[0]))}
    blocks, lead = _block(TOP, content[: ends[0]], b"")
    for (begin, header, path), end in zip(headers, ends[1:], strict=True):
        key = keyed_merge.unique(_named(document, path), inner)
        head: Piece = (HEAD, begin, lines.after(content, header[1]))
        inner[key] = _units(content, [head, *statements], (begin, end))
        more, lead = _block(key, content[begin:end], lead)
        blocks += more
    return Page(blocks, inner, lead)


def _block(key: Hashable, text: bytes, lead: bytes) -> tuple[list[Unit], bytes]:
    """Return a block, if there is anything in it, and the empty lines after it."""
    kept = BLANK_END.sub(b"", text)
    return ([Unit(key, kept, lead)], text[len(kept) :]) if kept else ([], lead + text)


def _headers(document: Document) -> list[tuple[tuple[int, int], KeyPath]]:
    """Return the header of each table with the table's path, in the order of the file."""
    found: dict[tuple[int, int], KeyPath] = {}
    for path, location in document.locations.items():
        if location.header is not None and len(path) >= len(found.get(location.header, ())):
            found[location.header] = path
    return sorted(found.items())


def _named(document: Document, path: KeyPath) -> Hashable:
    """Return a path in which a table of an array is named by what names it, not by its number."""
    named: list[Hashable] = []
    for number, key in enumerate(path):
        table = document.get(*path[: number + 1]) if isinstance(key, int) else None
        names = [
            (each, table[each]) for each in IDENTITIES if isinstance(table, dict) and isinstance(table.get(each), str)
        ]
        named.append(names[0] if names else key)
    return tuple(named)


def _statements(document: Document) -> Iterator[Piece]:
    """Yield the lines of each key that has its own, with the comments above it."""
    content, end = document.source.content, 0
    located = sorted(
        (location.key, location.value, path)
        for path, location in document.locations.items()
        if location.key is not None and location.header is None
    )
    for key, value, _ in located:
        if key[0] < end:
            continue
        start = lines.start_of(content, key[0])
        whole = max((path for _, span, path in located if span == value), key=len)
        yield whole, max(lines.above(content, start), lines.start_of(content, end)), lines.after(content, value[1])
        end = lines.after(content, value[1])


def _units(content: bytes, pieces: Sequence[Piece], span: tuple[int, int]) -> list[Unit]:
    """Return the pieces within a range of bytes as parts, and the comments between them as parts of their own."""
    found: list[Unit] = []
    at = span[0]
    for key, begin, end in pieces:
        if span[0] <= begin < span[1] and begin >= at:
            notes, lead = keyed_merge.between(content[at:begin])
            found += [*notes, Unit(key, content[begin:end], lead)]
            at = end
    notes, _ = keyed_merge.between(content[at : span[1]])
    return [*found, *notes]
