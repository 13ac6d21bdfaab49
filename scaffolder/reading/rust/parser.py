"""Parses Rust, and reads its syntax tree: source text, string values, attributes, and the `cfg` around a node.

One query finds all nodes at which a fact may begin, and Python looks at no others, so that fifty files take a tenth of
a second.

Not here: the meaning of the nodes for a Worker (`handlers.py`, `binding_calls.py`), and other files (`crate.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

import tree_sitter_rust
from tree_sitter import Language, Node, Parser, Query, QueryCursor, Tree

from scaffolder.core.findings import Span
from scaffolder.reading.rust.cfg import Under, Unders, holds
from scaffolder.reading.rust.grammar_gaps import hidden, refuse_brackets, refuse_levels
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
"""The keywords of Rust, which cannot be names."""


@dataclass
class RustFile:
    """A parsed file.

    Args:
        source: The file.
        tree: Its syntax tree.
        nodes: The nodes that the query found, by their capture names.
        condition: The `cfg` of the whole module.
    """

    source: Source
    tree: Tree
    nodes: dict[str, list[Node]]
    condition: str
    unders: Unders = field(default_factory=lambda: Unders([]))

    def text(self, node: Node) -> str:
        """Return the source text of a node."""
        return self.source.even[node.start_byte : node.end_byte].decode()

    def span(self, node: Node) -> Span:
        """Return the place of a node."""
        return self.source.span(node.start_byte, node.end_byte)

    def under(self, node: Node) -> str | None:
        """Return the `cfg` around a node, or None if it is never compiled into a Worker."""
        around = list(self.unders.around(node.start_byte, node.end_byte))
        if any(each.holds is False for each in around):
            return None
        written = [each.condition for each in around if each.holds is None]
        return ", ".join(filter(None, [self.condition, *written]))


def parse(source: Source, condition: str) -> RustFile:
    """Parse a Rust file; the parts that do not parse are nodes named `error`.

    Raises:
        BadInput: It is nested too deep, a chain of calls is too long, or an item has too many attributes.
    """
    refuse_brackets(source)
    tree = _parser().parse(source.even)
    if tree.root_node.has_error and (known := hidden(source.even)) != source.even:
        tree = _parser().parse(known)
    refuse_levels(source, tree)
    found = QueryCursor(_query()).captures(tree.root_node)
    nodes = {name: sorted(listed, key=lambda node: (node.start_byte, node.end_byte)) for name, listed in found.items()}
    file = RustFile(source, tree, nodes, condition)
    file.unders = Unders(_unders(file))
    return file


def attribute_parts(file: RustFile, item: Node) -> tuple[str, str]:
    """Return the path of an attribute, and its arguments."""
    text = file.text(item)
    found = re.match(r"#!?\s*\[\s*(?:unsafe\()?([\w:\s]+?)\s*(?:\((.*)\)\s*)?(?:=.*)?\]$", text, re.DOTALL)
    return (found[1].replace(" ", ""), found[2] or "") if found else ("", "")


def attributed(item: Node) -> Node | None:
    """Return the item that an attribute applies to."""
    node = item.next_named_sibling
    while node is not None and node.type in {"attribute_item", "line_comment", "block_comment"}:
        node = node.next_named_sibling
    return node


def around(node: Node, *types: str) -> Node | None:
    """Return the nearest node of the given types around a node."""
    outer = node.parent
    while outer is not None and outer.type not in types:
        outer = outer.parent
    return outer


def string(file: RustFile, node: Node) -> str | None:
    """Return the value of a string literal; None if it has an escape that `ESCAPES` lacks."""
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
        # A `cfg` covers all attributes of its item, also those above it.
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
