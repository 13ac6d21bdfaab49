"""Finds how a TOML file writes its tables: under a header, on one line, or by dotted keys.

Not here: edits (`toml_splices.py`).
"""

from __future__ import annotations

import tomllib
from typing import Any

from scaffolder.editing import lines
from scaffolder.editing.operations import KeyPath, Unclear
from scaffolder.reading.config.document import Document

OPENS = (b"{", b"[")


class Layout:
    """The layout of a TOML file.

    Args:
        document: The file.
    """

    def __init__(self, document: Document) -> None:
        self.document = document
        self.content = document.source.content
        self.newline = lines.newline(self.content)

    def form(self, path: KeyPath) -> str:
        """Return how a table is written: top, header, inline, dotted, implied by its children, or missing."""
        location = self.document.locations.get(path)
        if not path or location is None:
            return "missing" if path else "top"
        if location.header is not None:
            return "header" if self._is_own(path, location.header) else "implied"
        return "inline" if self.content[location.value[0] : location.value[0] + 1] in OPENS else "dotted"

    def _is_own(self, path: KeyPath, header: tuple[int, int]) -> bool:
        """Return whether a header is the table's own, not only that of a table inside of it."""
        named: Any = tomllib.loads(self.content[header[0] : header[1]].decode())
        names = [key for key in path if not isinstance(key, int)]
        for name in names:
            named = named[name] if isinstance(named, dict) else named[0][name]
        return named in ({}, [{}])

    def inline_above(self, path: KeyPath) -> KeyPath | None:
        """Return the nearest table above a path that exists, if it is written on one line or by dotted keys."""
        for length in range(len(path) - 1, 0, -1):
            if path[:length] in self.document.locations:
                return path[:length] if self.form(path[:length]) in {"inline", "dotted"} else None
        return None

    def direct(self, table: KeyPath) -> list[KeyPath]:
        """Return the keys of a table that have a line of their own, in the order of the file."""
        found = [
            each
            for each, location in self.document.locations.items()
            if len(each) == len(table) + 1 and each[: len(table)] == table and location.key and location.header is None
        ]
        return sorted(found, key=lambda each: self.document.locations[each].value)

    def last_key(self, table: KeyPath) -> int:
        """Return where the last key of a table begins.

        Raises:
            Unclear: It has none of its own.
        """
        found = self.direct(table)
        key = self.document.locations[found[-1]].key if found else None
        if key is None:
            raise Unclear
        return key[0]

    def end(self, path: KeyPath) -> int:
        """Return where a value ends, including everything inside of it."""
        return max(location.value[1] for each, location in self.document.locations.items() if each[: len(path)] == path)
