"""Reads TOML: values by `tomllib`, or by tomlkit for the syntax of TOML 1.1, and places by tree-sitter.

Not here: the meaning of the keys (`environments.py`, `cargo_manifest.py`).
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from typing import Any

from tree_sitter import Language, Node, Parser

from scaffolder.reading.config.document import Document, Key, Location
from scaffolder.reading.source import Source, refuse
from scaffolder.system.untrusted_files import Unparsable, parsed, toml

LARGEST_NEWER = 2**19
"""Characters of a file that tomlkit is tried on, which takes a second for each 100,000."""

Locations = dict[tuple[Key, ...], Location]


def read(source: Source, *, places: bool = True) -> Document:
    """Read a TOML file.

    Args:
        source: The file.
        places: Whether the caller needs the places of entries.

    Raises:
        BadInput: It does not parse.
    """
    data = _data(source)
    locations = _Walk().document(_parser().parse(source.even).root_node) if places else {}
    return Document(source, data, locations)


def _data(source: Source) -> dict[str, Any]:
    try:
        return toml(source.text)
    except tomllib.TOMLDecodeError as error:
        return _newer(source, error)
    except Unparsable as error:
        raise refuse(source, 0, str(error)) from error


def _newer(source: Source, error: tomllib.TOMLDecodeError) -> dict[str, Any]:
    """Read a file with the syntax of TOML 1.1: line breaks or a trailing comma in an inline table."""
    import tomlkit  # noqa: PLC0415 - needed once in a hundred files

    try:
        data: dict[str, Any] = parsed(lambda text: tomlkit.parse(text[:LARGEST_NEWER]).unwrap(), source.text)
    except Unparsable:
        # The older parser's error names a place.
        found = re.search(r"(.*) \(at line (\d+), column (\d+)\)", str(error))
        line, column = (int(found[2]), int(found[3])) if found else (len(source.text.splitlines()), 1)
        at = source.offset(line, column)
        raise refuse(source, at, found[1] if found else str(error)) from error
    return data


@cache
def _parser() -> Parser:
    import tree_sitter_toml  # noqa: PLC0415 - a JSON project has no use for it

    return Parser(Language(tree_sitter_toml.language()))


class _Walk:
    """A walk over a TOML syntax tree that collects the places of entries."""

    def __init__(self) -> None:
        self.locations: Locations = {}
        self._last: dict[tuple[Key, ...], int] = {}

    def document(self, root: Node) -> Locations:
        for node in root.named_children:
            if node.type == "pair":
                self._pair(node, ())
            elif node.type in {"table", "table_array_element"}:
                self._table(node)
        return self.locations

    def _table(self, node: Node) -> None:
        keys = _keys(node.named_children[0])
        pairs = [child for child in node.named_children if child.type == "pair"]
        header = (node.start_byte, _closing(node))
        whole = (node.start_byte, _value(pairs[-1]).end_byte if pairs else header[1])
        path: tuple[Key, ...] = ()
        for number, key in enumerate(keys):
            is_last = number == len(keys) - 1
            path = (*path, _name(key))
            self.locations.setdefault(path, Location(_span(key), whole, header))
            if is_last and node.type == "table":
                # A child's header came first and implied this table; its own header is the better place.
                self.locations[path] = Location(_span(key), whole, header)
            elif is_last:
                self._last[path] = self._last.get(path, -1) + 1
            if path in self._last:
                path = (*path, self._last[path])
                self.locations.setdefault(path, Location(None, whole, header))
        for pair in pairs:
            self._pair(pair, path)

    def _pair(self, node: Node, base: tuple[Key, ...]) -> None:
        value = _value(node)
        path = base
        for key in _keys(node.named_children[0]):
            path = (*path, _name(key))
            self.locations.setdefault(path, Location(_span(key), _span(value)))
        self._inside(value, path)

    def _inside(self, value: Node, path: tuple[Key, ...]) -> None:
        if value.type == "inline_table":
            for child in value.named_children:
                if child.type == "pair":
                    self._pair(child, path)
        elif value.type == "array":
            elements = [child for child in value.named_children if child.type not in {"comment", "ERROR"}]
            for index, element in enumerate(elements):
                self.locations[*path, index] = Location(None, _span(element))
                self._inside(element, (*path, index))


def _keys(node: Node) -> list[Node]:
    """Return the parts of a key; the grammar nests a dotted key to the left."""
    if node.type != "dotted_key":
        return [node]
    return [part for child in node.named_children for part in _keys(child)]


def _name(key: Node) -> str:
    text = (key.text or b"").decode()
    return next(iter(tomllib.loads(f"{text} = 0"))) if key.type == "quoted_key" else text


def _value(pair: Node) -> Node:
    return next(
        (child for child in pair.named_children[1:] if child.type not in {"comment", "ERROR"}), pair.named_children[0]
    )


def _closing(table: Node) -> int:
    """Return the end of a table's header."""
    return next((child.end_byte for child in table.children if child.type in {"]", "]]"}), table.end_byte)


def _span(node: Node) -> tuple[int, int]:
    return node.start_byte, node.end_byte
