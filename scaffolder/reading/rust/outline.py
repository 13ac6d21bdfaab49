"""Takes Rust apart into named parts of whole lines: items, and what items list, such as fields and match arms.

A part has the comments and attributes above it.

Not here: the meaning of the parts, and their merge.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from scaffolder.reading.rust.parser import RustFile, parse
from scaffolder.reading.source import Source

if TYPE_CHECKING:
    from tree_sitter import Node

ITEMS, FIELDS, VARIANTS, INITIALIZERS, ARMS = "items", "fields", "variants", "initializers", "arms"

AROUND = {
    FIELDS: (b"struct A {\n", b"}\n", "field_declaration_list"),
    VARIANTS: (b"enum A {\n", b"}\n", "enum_variant_list"),
    INITIALIZERS: (b"fn a() {\nA {\n", b"}\n}\n", "field_initializer_list"),
    ARMS: (b"fn a() {\nmatch a {\n", b"}\n}\n", "match_block"),
}
"""By the kind of parts: what is around them where they parse, and the node that lists them."""

BODIES = {"field_declaration_list": FIELDS, "enum_variant_list": VARIANTS, "declaration_list": ITEMS}
LISTS = {"field_initializer_list": INITIALIZERS, "match_block": ARMS}
VALUES = {"field_initializer", "shorthand_field_initializer"}
ABOVE = {"attribute_item", "line_comment", "block_comment"}
USE = re.compile(r"((?:pub(?:\([^)]*\))?\s+)?use\s+)((?:\w+::)*)(?:\{.*\}|[^{}]*);", re.DOTALL)


class Untidy(ValueError):
    """Rust that is not written in whole lines, or does not parse."""


@dataclass(frozen=True)
class Part:
    """A named part of a text.

    Args:
        name: Its name.
        begin: The offset of its first line, which may be a comment or an attribute.
        end: The offset after its last line.
    """

    name: str
    begin: int
    end: int


@dataclass(frozen=True)
class Body:
    """The lines between two braces.

    Args:
        kind: The kind of its parts.
        begin: The offset of the first line.
        end: The offset of the line with the closing brace.
    """

    kind: str
    begin: int
    end: int


def parts(text: bytes, kind: str) -> list[Part]:
    """Return the parts of a text.

    Raises:
        Untidy: It does not parse, or two parts share a line.
    """
    before, behind, listing = AROUND.get(kind, (b"", b"", ""))
    file = _parsed(before + text + behind)
    node = next(_outermost(file.tree.root_node, {listing})) if listing else file.tree.root_node
    found: list[Part] = []
    for each in node.named_children:
        if each.type not in ABOVE:
            begin, end = _lines(file, each)
            found.append(Part(_name(file, each), begin - len(before), end - len(before)))
    if any(one.end > other.begin for one, other in pairwise(found)):
        raise Untidy
    return found


def body(text: bytes) -> Body | None:
    """Return the body of an item whose parts have names; None if it has none, or none of whole lines."""
    file = _parsed(text)
    nodes = [each for item in file.tree.root_node.named_children for each in item.named_children if each.type in BODIES]
    return _body(text, nodes[0], BODIES[nodes[0].type]) if len(nodes) == 1 else None


def lists(text: bytes) -> list[Body]:
    """Return the lists of fields with values and of match arms in an item, without those inside of others."""
    found = (_body(text, each, LISTS[each.type]) for each in _outermost(_parsed(text).tree.root_node, LISTS.keys()))
    return [each for each in found if each is not None]


def spread(text: bytes) -> bytes:
    """Return an item in which each list of fields with values is written in lines of their own, as rustfmt does."""
    for node in reversed(list(_outermost(_parsed(text).tree.root_node, {"field_initializer_list"}))):
        start = text.rfind(b"\n", 0, node.start_byte) + 1
        # The rest of a struct, as in `..other`, has no comma after it.
        is_plain = all(each.type in VALUES for each in node.named_children)
        if node.start_point[0] != node.end_point[0] or not is_plain:
            continue
        line = text[start : node.start_byte]
        indent = line[: len(line) - len(line.lstrip())]
        rows = b"".join(indent + b"    " + (each.text or b"") + b",\n" for each in node.named_children)
        text = text[: node.start_byte] + b"{\n" + rows + indent + b"}" + text[node.end_byte :]
    return text


def _parsed(text: bytes) -> RustFile:
    file = parse(Source("", text), "")
    if file.tree.root_node.has_error:
        raise Untidy
    return file


def _outermost(node: Node, types: Collection[str]) -> Iterator[Node]:
    for each in node.named_children:
        if each.type in types:
            yield each
        else:
            yield from _outermost(each, types)


def _lines(file: RustFile, node: Node) -> tuple[int, int]:
    """Return the lines of a node, with the comments and attributes right above it."""
    code, first = file.source.even, node
    above = node.prev_named_sibling
    while above is not None and above.type in ABOVE and _has_own_line(code, above):
        if code[above.end_byte : first.start_byte].count(b"\n") > (0 if code[: above.end_byte].endswith(b"\n") else 1):
            break
        first, above = above, above.prev_named_sibling
    after = code.find(b"\n", node.end_byte - 1 if code[: node.end_byte].endswith(b"\n") else node.end_byte)
    end = len(code) if after < 0 else after + 1
    if not _has_own_line(code, first) or not re.fullmatch(rb"\s*[,;]?\s*(?://.*)?", code[node.end_byte : end].rstrip()):
        raise Untidy
    return code.rfind(b"\n", 0, first.start_byte) + 1, end


def _has_own_line(code: bytes, node: Node) -> bool:
    return not code[code.rfind(b"\n", 0, node.start_byte) + 1 : node.start_byte].strip()


def _body(text: bytes, node: Node, kind: str) -> Body | None:
    begin = text.find(b"\n", node.start_byte) + 1
    end = text.rfind(b"\n", 0, node.end_byte) + 1
    opening, closing = text[node.start_byte + 1 : begin], text[end : node.end_byte - 1]
    return Body(kind, begin, end) if begin <= end and not opening.strip() and not closing.strip() else None


def _name(file: RustFile, node: Node) -> str:
    """Return what a part is called: its kind and name as far as it has one, else its text."""
    if node.type == "use_declaration" and (found := USE.fullmatch(file.text(node))):
        return f"use {found[2] or 'names'}"
    if node.type == "match_arm":
        pattern = node.child_by_field_name("pattern")
        return " ".join(file.text(pattern).split()) if pattern else ""
    named = node.child_by_field_name("name") or node.child_by_field_name("field")
    if named is not None:
        return f"{node.type.partition('_')[0]} {file.text(named)}"
    head = node.child_by_field_name("body")
    end = head.start_byte if head is not None else node.end_byte
    return b" ".join(file.source.even[node.start_byte : end].split()).decode()
