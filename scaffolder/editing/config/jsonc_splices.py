"""Computes the text edits of an operation on JSON with comments, at places that the parser named.

A new element goes after the last one, on a line of its own if that one has one, and with a comma if that one has one.

Not here: the verification of the result (`verify.py`).
"""

from __future__ import annotations

import json
import re
from typing import Any

from scaffolder.core.text_edit import TextEdit
from scaffolder.editing import lines
from scaffolder.editing.config.values import json_value
from scaffolder.editing.operations import Insert, KeyPath, Remove, Unclear, edits_on
from scaffolder.reading.config.document import Document, Location
from scaffolder.reading.config.jsonc_parser import COMMENT


def edits(document: Document, operation: Insert | Remove) -> list[TextEdit]:
    """Return the edits that perform an operation.

    Raises:
        Unclear: The file is written in a way that cannot be edited safely.
    """
    return edits_on(_Page(document), operation)


class _Page:
    """A JSON file to be edited."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.content = document.source.content
        self.bare = COMMENT.sub(_spaces, document.source.even)
        self.newline = lines.newline(self.content)
        self.unit = self._unit()

    def append(self, path: KeyPath, value: Any) -> list[TextEdit]:
        current = self.document.get(*path)
        if current is None:
            return self.insert(path, [value])
        if not isinstance(current, list):
            raise Unclear
        last = (*path, len(current) - 1) if current else None
        return self._into(self.document.locations[path].value, last, "", value)

    def insert(self, path: KeyPath, value: Any) -> list[TextEdit]:
        parent, key = path[:-1], path[-1]
        current = self.document.get(*parent) if parent else self.document.data
        if current is None:
            return self.insert(parent, {key: value})
        if not isinstance(current, dict):
            raise Unclear
        last = (*parent, next(reversed(current))) if current else None
        return self._into(self._whole(parent), last, f"{json.dumps(key, ensure_ascii=False)}: ", value)

    def remove(self, path: KeyPath) -> list[TextEdit]:
        location = self.document.locations.get(path)
        around = self.document.get(*path[:-1]) if path[1:] else self.document.data
        if location is None:
            raise Unclear
        begin, end = (location.key or location.value)[0], location.value[1]
        if len(around) == 1:
            return self._without_only(path, begin, end)
        keys = [*range(len(around))] if isinstance(around, list) else [*around]
        number = keys.index(path[-1])
        comma = self._comma(end)
        if number == len(keys) - 1 and comma is None:
            return self._without_last(self.document.locations[*path[:-1], keys[number - 1]], begin, end)
        after = comma if comma is not None else end
        if self._has_own_line(begin) and not self.bare[after : lines.end_of(self.content, after)].strip():
            return [self._gap(lines.start_of(self.content, begin), lines.after(self.content, after))]
        following = re.compile(rb"[ \t]*").match(self.bare, after)
        return [self._gap(begin, following.end() if following else after)]

    def _into(self, span: tuple[int, int], last: KeyPath | None, key: str, value: Any) -> list[TextEdit]:
        if last is None:
            # By the spaces, a removal knows that the container was there before its first element.
            return [self._edit(span[0] + 1, f" {key}{json_value(value, '', '', '')} ")]
        location = self.document.locations[last]
        begin, end = (location.key or location.value)[0], location.value[1]
        comma = self._comma(end)
        if not self._has_own_line(begin):
            text = json_value(value, "", "", "")
            return [self._edit(comma, f" {key}{text},") if comma is not None else self._edit(end, f", {key}{text}")]
        indent = lines.indent(self.content, begin)
        text = f"{self.newline}{indent}{key}{json_value(value, self.unit, indent, self.newline)}"
        at = lines.end_of(self.content, comma if comma is not None else end)
        if self.bare[end:at].strip() not in {b"", b","}:
            at = comma if comma is not None else end
        if comma is not None:
            return [self._edit(at, f"{text},")]
        return [self._edit(end, ","), self._edit(at, text)] if at > end else [self._edit(end, f",{text}")]

    def _without_only(self, path: KeyPath, begin: int, end: int) -> list[TextEdit]:
        outer = self._whole(path[:-1])
        inside, item = self.content[outer[0] + 1 : outer[1] - 1], self.content[begin:end]
        if inside.startswith(b" " + item + b" "):
            return [self._gap(outer[0] + 1, outer[0] + len(item) + 3)]
        is_commented = self.bare[outer[0] : outer[1]] != self.document.source.even[outer[0] : outer[1]]
        if is_commented or not path[1:]:
            raise Unclear
        return self.remove(path[:-1])

    def _without_last(self, before: Location, begin: int, end: int) -> list[TextEdit]:
        comma = self._comma(before.value[1])
        if comma is None:
            raise Unclear
        if not self._has_own_line(begin):
            return [self._gap(comma - 1, end)]
        start = max(lines.before(self.content, lines.start_of(self.content, begin)), comma)
        return [self._gap(comma - 1, end)] if start == comma else [self._gap(comma - 1, comma), self._gap(start, end)]

    def _comma(self, end: int) -> int | None:
        """Return the end of the comma after a value, or None."""
        found = re.compile(rb"\s*,").match(self.bare, end)
        return found.end() if found else None

    def _has_own_line(self, begin: int) -> bool:
        return not self.bare[lines.start_of(self.content, begin) : begin].strip()

    def _whole(self, path: KeyPath) -> tuple[int, int]:
        if path:
            return self.document.locations[path].value
        return self.bare.index(b"{"), self.bare.rindex(b"}") + 1

    def _unit(self) -> str:
        """Return the indentation of one level; empty if everything is on one line."""
        for path, location in self.document.locations.items():
            begin = (location.key or location.value)[0]
            if len(path) == 1 and self._has_own_line(begin) and self.content[:begin].count(b"\n"):
                return lines.indent(self.content, begin) or "\t"
        return ""

    def _edit(self, at: int, text: str) -> TextEdit:
        return TextEdit(self.document.file, at, at, text)

    def _gap(self, begin: int, end: int) -> TextEdit:
        return TextEdit(self.document.file, begin, end, "")


def _spaces(found: re.Match[bytes]) -> bytes:
    return found[0] if found[0].startswith(b'"') else re.sub(rb"[^\n]", b" ", found[0])
