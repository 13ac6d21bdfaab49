"""One shape for TOML and JSON: plain data, and the place of every key and value by its path.

A path is made of keys and indices, such as ("kv_namespaces", 0, "binding").

Not here: the two grammars (`toml_parser.py`, `jsonc_parser.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from scaffolder.core.findings import Span
from scaffolder.reading.source import Source

Key = str | int
ByteRange = tuple[int, int]


@dataclass(frozen=True)
class Location:
    """The bytes of one entry.

    Args:
        key: The bytes of its key; None for an element of an array.
        value: The bytes of its value. A table of TOML reaches from its header to its last value; if it
            has several headers, this is the part of the first.
        header: The bytes of a TOML table's header.
    """

    key: ByteRange | None
    value: ByteRange
    header: ByteRange | None = None


class Document:
    """A file of keys and values.

    Args:
        source: The file.
        data: Its plain data.
        locations: The place of each entry by its path; an entry that the grammar does not place is missing.
    """

    def __init__(self, source: Source, data: dict[str, Any], locations: dict[tuple[Key, ...], Location]) -> None:
        self.source = source
        self.data = data
        self.locations = locations

    @property
    def file(self) -> str:
        """The file, relative to the project's folder."""
        return self.source.file

    def get(self, *path: Key) -> Any:
        """Return the value at a path, or None."""
        return dig(self.data, path)

    def tables(self, *path: Key) -> Iterator[tuple[tuple[Key, ...], dict[str, Any]]]:
        """Yield each table of an array of tables, with its path; nothing if there is no such array."""
        yield from tables_of(self.data, path)

    def at(self, *path: Key) -> Span:
        """Return the place of a value; of a TOML table, that of its header."""
        location = self._nearest(path)
        return self.source.span(*(location.header or location.value))

    def key(self, *path: Key) -> Span:
        """Return the place of a key; of an element of an array, that of the element."""
        location = self._nearest(path)
        return self.source.span(*(location.key or location.header or location.value))

    def whole(self, *path: Key) -> Span:
        """Return the place of a whole value; of a TOML table, with everything below its header."""
        return self.source.span(*self._nearest(path).value)

    def _nearest(self, path: tuple[Key, ...]) -> Location:
        for length in range(len(path), 0, -1):
            if path[:length] in self.locations:
                return self.locations[path[:length]]
        return Location(None, (0, 0))


def dig(data: Any, path: tuple[Key, ...]) -> Any:
    """Return the value at a path of plain data, or None."""
    for key in path:
        is_there = isinstance(data, dict) and key in data
        if not is_there and not (isinstance(data, list) and isinstance(key, int) and key < len(data)):
            return None
        data = data[key]
    return data


def tables_of(data: Any, path: tuple[Key, ...]) -> Iterator[tuple[tuple[Key, ...], dict[str, Any]]]:
    """Yield each table of an array of tables, with its path."""
    found = dig(data, path)
    for index, table in enumerate(found if isinstance(found, list) else []):
        if isinstance(table, dict):
            yield (*path, index), table
