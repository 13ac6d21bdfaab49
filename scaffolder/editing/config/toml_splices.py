"""Computes the text edits of an operation on a TOML file, at places that the parser named.

A new table goes after the last one of its kind, else at the end of the file; a new key after the last one of its
table; a new element after the last one of its array. An empty container is filled with
spaces around the first element, by which a removal knows to leave it.

Not here: the verification of the result (`verify.py`).
"""

from __future__ import annotations

import re
from typing import Any

from scaffolder.core.text_edit import TextEdit
from scaffolder.editing import lines
from scaffolder.editing.config.toml_layout import Layout
from scaffolder.editing.config.values import toml_key, toml_value
from scaffolder.editing.operations import Insert, KeyPath, Remove, Unclear, edits_on
from scaffolder.reading.config.document import Document, Location


def edits(document: Document, operation: Insert | Remove) -> list[TextEdit]:
    """Return the edits that perform an operation.

    Raises:
        Unclear: The file is written in a way that cannot be edited safely.
    """
    return edits_on(_Page(document), operation)


class _Page(Layout):
    """A TOML file to be edited."""

    # --- insertions ---

    def append(self, path: KeyPath, value: Any) -> list[TextEdit]:
        current = self.document.get(*path)
        if current is None:
            is_block = isinstance(value, dict) and self.inline_above(path) is None
            return [self._block(path, value, "[[{}]]")] if is_block else self.insert(path, [value])
        location = self.document.locations.get(path)
        if location is None or not isinstance(current, list):
            raise Unclear
        if location.header is None:
            return self._into(location.value, bool(current), toml_value(value), len(current) - 1, path)
        last = self.end((*path, len(current) - 1))
        begin = self.document.locations[*path, len(current) - 1].header or location.header
        text = self._table(path, value, "[[{}]]", lines.indent(self.content, begin[0]))
        return [self._edit(lines.with_comments(self.content, last), f"{self.newline}{self.newline}{text}")]

    def insert(self, path: KeyPath, value: Any) -> list[TextEdit]:
        parent, key = path[:-1], path[-1]
        form = self.form(parent)
        if form == "inline":
            location, text = self.document.locations[parent], f"{toml_key(key)} = {toml_value(value)}"
            inside = self.document.get(*parent)
            return self._into(location.value, bool(inside), text, next(reversed(inside), ""), parent)
        if form == "missing" and self.inline_above(parent) is not None:
            return self.insert(parent, {str(key): value})
        if isinstance(value, dict) and form != "dotted":
            return [self._block(path, value, "[{}]")]
        if form == "header":
            return [self._line(parent, f"{toml_key(key)} = {toml_value(value)}")]
        if form == "dotted":
            return [self._dotted(parent, f"{toml_key(key)} = {toml_value(value)}")]
        if form == "top":
            raise Unclear
        return [self._block(parent, {str(key): value}, "[{}]")]

    def _block(self, path: KeyPath, value: dict[str, Any], header: str) -> TextEdit:
        """Return the edit that writes a new table at the end of the file."""
        text = self._table(path, value, header, "")
        if not self.content.strip() or self.content.endswith(b"\n"):
            return self._edit(len(self.content), f"{self.newline}{text}{self.newline}")
        return self._edit(len(self.content), f"{self.newline}{self.newline}{text}")

    def _table(self, path: KeyPath, value: dict[str, Any], header: str, indent: str) -> str:
        named = ".".join(toml_key(key) for key in path if not isinstance(key, int))
        body = [f"{toml_key(key)} = {toml_value(each)}" for key, each in value.items()]
        return self.newline.join(f"{indent}{line}" for line in [header.format(named), *body])

    def _line(self, table: KeyPath, text: str) -> TextEdit:
        """Return the edit that writes a new key after the last one of a table with a header."""
        location = self.document.locations[table]
        header = location.header or location.value
        is_empty = location.value[1] == header[1]
        indent = lines.indent(self.content, header[0] if is_empty else self.last_key(table))
        # By the empty line, a removal knows that the table was there before its first key.
        gap = self.newline * (2 if is_empty else 1)
        return self._edit(lines.end_of(self.content, location.value[1]), f"{gap}{indent}{text}")

    def _dotted(self, table: KeyPath, text: str) -> TextEdit:
        at = self.last_key(table)
        prefix = self.content[lines.start_of(self.content, at) : at].decode()
        last = self.document.locations[self.direct(table)[-1]]
        return self._edit(lines.end_of(self.content, last.value[1]), f"{self.newline}{prefix}{text}")

    def _into(self, span: tuple[int, int], is_filled: bool, text: str, last: Any, path: KeyPath) -> list[TextEdit]:  # noqa: FBT001
        """Return the edits that write a new element into an array or a table on one line or several."""
        if not is_filled:
            # By the spaces in an array, or their absence in a table, a removal knows that it was there before.
            is_array = self.content[span[0] : span[0] + 1] == b"["
            return [self._edit(span[0] + 1, f" {text} " if is_array else text)]
        end, location = self.end((*path, last)), self.document.locations[*path, last]
        begin = (location.key or location.value)[0]
        line = lines.start_of(self.content, begin)
        if self.content[line:begin].strip():
            return [self._edit(end, f", {text}")]
        comma = re.match(rb"[ \t]*,", self.content[end:])
        at = lines.end_of(self.content, end)
        added = self._edit(at, f"{self.newline}{lines.indent(self.content, line)}{text}{',' if comma else ''}")
        if comma or at == end:
            return [added] if comma else [self._edit(end, f",{added.text}")]
        return [self._edit(end, ","), added]

    # --- removals ---

    def remove(self, path: KeyPath) -> list[TextEdit]:
        location = self.document.locations.get(path)
        if location is None:
            raise Unclear
        if location.header is not None:
            return self._without_blocks(path)
        parent = path[:-1]
        around = self.document.get(*parent)
        form = self.form(parent)
        if isinstance(around, list) or form == "inline":
            return self._without_item(path, location, around)
        if form == "header" and self.direct(parent) == [path]:
            return self._without_last(parent, location)
        return [self._without_line(location)]

    def _without_blocks(self, path: KeyPath) -> list[TextEdit]:
        locations = self.document.locations
        below = [location for each, location in locations.items() if each[: len(path)] == path]
        whole = {location.header: location for location in below if location.header}
        spans: list[tuple[int, int]] = []
        for _, location in sorted(whole.items()):
            begin, end = self._span(location)
            # What is cut piece by piece would leave the line break before the first piece at the end of a file.
            if spans and begin <= lines.after(self.content, spans[-1][1]):
                begin, _ = spans.pop()
            spans.append((begin, end))
        return [self._cut(*span) for span in spans]

    def _without_block(self, location: Location) -> TextEdit:
        return self._cut(*self._span(location))

    def _span(self, location: Location) -> tuple[int, int]:
        """Return the range of a table, with its comments and the empty line above."""
        start = lines.above(self.content, (location.header or location.value)[0])
        begin = lines.start_of(self.content, start - 1) if lines.is_blank_above(self.content, start) else start
        return begin, lines.with_comments(self.content, location.value[1])

    def _without_item(self, path: KeyPath, location: Location, around: Any) -> list[TextEdit]:
        outer = self.document.locations[path[:-1]].value
        begin, end = (location.key or location.value)[0], self.end(path)
        if len(around) == 1:
            inside = self.content[outer[0] + 1 : outer[1] - 1]
            item = self.content[begin:end]
            pad = b" " if isinstance(around, list) else b""
            if inside.startswith(pad + item + pad):
                return [self._gap(outer[0] + 1, outer[0] + 1 + len(pad + item + pad))]
            return self.remove(path[:-1]) if inside.strip().rstrip(b",").strip() == item else _doubt()
        keys = [*range(len(around))] if isinstance(around, list) else [*around]
        number = keys.index(path[-1])
        if number == 0:
            after = self.document.locations[*path[:-1], keys[1]]
            return self._between(begin, (after.key or after.value)[0])
        before = self.end((*path[:-1], keys[number - 1]))
        line = lines.start_of(self.content, begin)
        if self.content[line:begin].strip():
            return self._between(before, end)
        if re.match(rb"[ \t]*,[ \t]*(?=\r?\n)", self.content[end:]):
            return [self._gap(line, lines.after(self.content, end))]
        comma = re.match(rb"[ \t]*,", self.content[before:])
        if comma is None:
            raise Unclear
        start = max(lines.before(self.content, line), before + comma.end())
        return [self._gap(before + comma.end() - 1, before + comma.end()), self._gap(start, end)]

    def _between(self, begin: int, end: int) -> list[TextEdit]:
        """Return the removal of an element with one comma, unless there is a comment in between."""
        return _doubt() if b"#" in re.sub(rb'"[^"\n]*"', b"", self.content[begin:end]) else [self._gap(begin, end)]

    def _without_last(self, table: KeyPath, location: Location) -> list[TextEdit]:
        header = self.document.locations[table].header or location.value
        start = lines.start_of(self.content, (location.key or location.value)[0])
        between = self.content[lines.end_of(self.content, header[1]) : start]
        if not between.strip() and between.count(b"\n") > 1:
            return [self._gap(lines.end_of(self.content, header[1]), lines.end_of(self.content, location.value[1]))]
        return [self._without_block(self.document.locations[table])]

    def _without_line(self, location: Location) -> TextEdit:
        begin = lines.above(self.content, (location.key or location.value)[0])
        return self._cut(begin, lines.end_of(self.content, location.value[1]))

    def _cut(self, begin: int, end: int) -> TextEdit:
        """Return the removal of whole lines; without a last line break in the file, of the break before them."""
        after = lines.after(self.content, end)
        if self.content[end:after].strip():
            raise Unclear
        is_last = end == len(self.content) and begin > 0
        return self._gap(lines.before(self.content, begin) if is_last else begin, after)

    def _edit(self, at: int, text: str) -> TextEdit:
        return TextEdit(self.document.file, at, at, text)

    def _gap(self, begin: int, end: int) -> TextEdit:
        return TextEdit(self.document.file, begin, end, "")


def _doubt() -> list[TextEdit]:
    raise Unclear
