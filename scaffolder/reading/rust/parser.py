"""Parses Rust, and answers what a syntax tree says: texts, strings, attributes, and under which `cfg` something is.

One query finds all nodes that any fact begins at; Python then looks at those alone, which keeps fifty files
within a tenth of a second.

Not here: what the nodes mean for a Worker (`handlers.py`, `binding_calls.py`), and other files (`crate.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

import tree_sitter_rust
from tree_sitter import Language, Node, Parser, Query, QueryCursor, Tree

from scaffolder.core.findings import Span
from scaffolder.reading.rust.cfg import holds
from scaffolder.reading.source import Source

QUERY = """
(attribute_item) @attribute
(inner_attribute_item) @inner
(mod_item) @mod
(function_item) @function
(impl_item) @impl
(const_item) @constant
(static_item) @constant
(use_declaration) @use
(macro_invocation) @macro
(string_literal) @string
(raw_string_literal) @string
(scoped_identifier) @path
(scoped_type_identifier) @path
(call_expression function: (field_expression field: (field_identifier) @method)) @call
(call_expression function: (generic_function function: (field_expression field: (field_identifier) @method))) @call
(token_tree (identifier) @token . (token_tree))
(ERROR) @error
"""

ESCAPES = {r"\n": "\n", r"\t": "\t", r"\r": "\r", r"\0": "\0", r"\\": "\\", r"\"": '"', r"\'": "'"}

KEYWORDS = {
    "as",
    "async",
    "await",
    "box",
    "break",
    "const",
    "continue",
    "crate",
    "do",
    "dyn",
    "else",
    "enum",
    "extern",
    "false",
    "fn",
    "for",
    "gen",
    "if",
    "impl",
    "in",
    "let",
    "loop",
    "macro",
    "match",
    "mod",
    "move",
    "mut",
    "pub",
    "ref",
    "return",
    "self",
    "static",
    "struct",
    "super",
    "trait",
    "true",
    "try",
    "type",
    "unsafe",
    "use",
    "where",
    "while",
    "yield",
}
"""The words of Rust that are no names."""


@dataclass(frozen=True)
class Under:
    """Some bytes that stand under a `cfg`, as it is written; `holds` says whether a Worker meets it."""

    start: int
    end: int
    condition: str
    holds: bool | None


@dataclass
class RustFile:
    """A parsed file.

    Args:
        source: The file.
        tree: Its syntax tree.
        nodes: What the query found, by its names.
        condition: The `cfg` that the whole module stands under.
    """

    source: Source
    tree: Tree
    nodes: dict[str, list[Node]]
    condition: str
    unders: list[Under] = field(default_factory=list)

    def text(self, node: Node) -> str:
        """Return a node as it is written."""
        return self.source.even[node.start_byte : node.end_byte].decode()

    def span(self, node: Node) -> Span:
        """Return where a node is."""
        return self.source.span(node.start_byte, node.end_byte)

    def under(self, node: Node) -> str | None:
        """Return the `cfg` that a node stands under, or None where no Worker gets to see it."""
        around = [each for each in self.unders if each.start <= node.start_byte and node.end_byte <= each.end]
        if any(each.holds is False for each in around):
            return None
        written = [each.condition for each in around if each.holds is None]
        return ", ".join(filter(None, [self.condition, *written]))


def parse(source: Source, condition: str) -> RustFile:
    """Parse a Rust file; what it does not understand are nodes named `error`."""
    tree = _parser().parse(source.even)
    found = QueryCursor(_query()).captures(tree.root_node)
    nodes = {name: sorted(listed, key=lambda node: (node.start_byte, node.end_byte)) for name, listed in found.items()}
    file = RustFile(source, tree, nodes, condition)
    file.unders = list(_unders(file))
    return file


def attribute_parts(file: RustFile, item: Node) -> tuple[str, str]:
    """Return the path of an attribute, and what stands in its parentheses."""
    text = file.text(item)
    found = re.match(r"#!?\s*\[\s*(?:unsafe\()?([\w:\s]+?)\s*(?:\((.*)\)\s*)?(?:=.*)?\]$", text, re.DOTALL)
    return (found[1].replace(" ", ""), found[2] or "") if found else ("", "")


def attributed(item: Node) -> Node | None:
    """Return what an attribute stands before."""
    node = item.next_named_sibling
    while node is not None and node.type in {"attribute_item", "line_comment", "block_comment"}:
        node = node.next_named_sibling
    return node


def around(node: Node, *types: str) -> Node | None:
    """Return the nearest node of some types that a node stands in."""
    outer = node.parent
    while outer is not None and outer.type not in types:
        outer = outer.parent
    return outer


def string(file: RustFile, node: Node) -> str | None:
    """Return the value of a string literal; None where it has an escape that is seldom used."""
    parts = []
    for child in node.named_children:
        text = file.text(child)
        if child.type == "escape_sequence" and text not in ESCAPES:
            return None
        parts.append(ESCAPES.get(text, text) if child.type == "escape_sequence" else text)
    return "".join(parts)


def _unders(file: RustFile) -> Iterator[Under]:
    for item in file.nodes.get("attribute", []):
        path, inside = attribute_parts(file, item)
        target = attributed(item)
        if target is None:
            continue
        # The attributes of one thing all stand under each of its conditions.
        start = _first_attribute(item).start_byte
        if path == "cfg":
            yield Under(start, target.end_byte, inside, holds(inside))
        elif path.rpartition("::")[2] == "test":
            yield Under(start, target.end_byte, "test", holds=False)
    for item in file.nodes.get("inner", []):
        path, inside = attribute_parts(file, item)
        if path == "cfg" and item.parent is not None:
            yield Under(item.parent.start_byte, item.parent.end_byte, inside, holds(inside))


def _first_attribute(item: Node) -> Node:
    before = item.prev_named_sibling
    while before is not None and before.type == "attribute_item":
        item, before = before, before.prev_named_sibling
    return item


@cache
def _language() -> Language:
    return Language(tree_sitter_rust.language())


@cache
def _parser() -> Parser:
    return Parser(_language())


@cache
def _query() -> Query:
    return Query(_language(), QUERY)
