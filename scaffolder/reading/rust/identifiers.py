"""Finds every occurrence of a name in a Rust file, and its role there: a declaration, a field, a part of a path.

Not here: the value of a name (`resolution.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from scaffolder.reading.rust.parser import RustFile, around, string

FORMATTING = {
    "assert",
    "assert_eq",
    "assert_ne",
    "console_debug",
    "console_error",
    "console_log",
    "console_warn",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "eprint",
    "eprintln",
    "format",
    "json",
    "matches",
    "panic",
    "print",
    "println",
    "todo",
    "unreachable",
    "vec",
    "write",
    "writeln",
}
"""Macros that take expressions, in which a name has the same role as elsewhere."""

NAMES = {"identifier", "type_identifier", "field_identifier", "shorthand_field_identifier"}

DECLARING = {
    "associated_type",
    "const_item",
    "const_parameter",
    "enum_item",
    "enum_variant",
    "extern_crate_declaration",
    "field_declaration",
    "function_item",
    "function_signature_item",
    "macro_definition",
    "mod_item",
    "static_item",
    "struct_item",
    "trait_item",
    "type_item",
    "type_parameter",
    "union_item",
}


@dataclass(frozen=True)
class Token:
    """One occurrence of a name.

    Args:
        start: Offset of its first byte.
        end: Offset after its last byte.
        declares: If it is the name of an item, the grammar's type of that item; else empty.
        owner: The struct of a declared field, or the path before `::`; else empty.
        macro: The macro whose argument it is in, or `#` for an attribute; else empty.
        is_field: Whether it is a field after a dot, in a struct expression or in a pattern.
        is_short: Whether it is a field and a variable at once, as in `Struct { name }`.
    """

    start: int
    end: int
    declares: str
    owner: str
    macro: str
    is_field: bool
    is_short: bool

    @property
    def is_hidden(self) -> bool:
        """Whether a macro may expand it to anything."""
        return bool(self.macro) and self.macro not in FORMATTING


def tokens(file: RustFile, name: str) -> Iterator[Token]:
    """Yield each occurrence of a name in the code of a file, outside of comments and strings."""
    for found in re.finditer(rb"(?<![\w])" + re.escape(name.encode()) + rb"(?![\w])", file.source.even):
        node = file.tree.root_node.descendant_for_byte_range(*found.span())
        if node is not None and node.type in NAMES and (node.start_byte, node.end_byte) == found.span():
            yield _token(file, node)


def captures(file: RustFile, name: str) -> Iterator[Token]:
    """Yield each occurrence of a name in a format string, such as `{name}` or `{name:?}`."""
    for node in file.nodes.get("string", []):
        macro = _macro(file, node)
        if not macro or node.type != "string_literal":
            continue
        text = file.source.even[node.start_byte : node.end_byte]
        for found in re.finditer(rb"(?<!\{)((?:\{\{)*)\{(" + re.escape(name.encode()) + rb")[}:]", text):
            begin = node.start_byte + found.start(2)
            yield Token(begin, begin + len(name.encode()), "", "", macro, is_field=False, is_short=False)


def texts(file: RustFile, text: str) -> Iterator[tuple[int, int]]:
    """Yield the bytes of each string literal that is exactly `text`, without its quotes."""
    for node in file.nodes.get("string", []):
        whole = file.source.even[node.start_byte : node.end_byte]
        if string(file, node) == text and whole.count(text.encode()) == 1:
            begin = node.start_byte + whole.index(text.encode())
            yield begin, begin + len(text.encode())


def _token(file: RustFile, node: Node) -> Token:
    parent = node.parent
    kind = parent.type if parent is not None else ""
    macro = _macro(file, node)
    before, after = node.prev_sibling, node.next_sibling
    in_tree = kind == "token_tree"
    is_after_dot = in_tree and before is not None and before.type == "."
    is_method = is_after_dot and after is not None and after.type == "token_tree" and file.text(after).startswith("(")
    is_called = kind == "field_expression" and _is_called(parent)
    is_field = (node.type == "field_identifier" and not is_called) or (is_after_dot and not is_method)
    is_named = parent is not None and parent.child_by_field_name("name") == node
    is_alias = parent is not None and kind == "use_as_clause" and parent.child_by_field_name("alias") == node
    declares = kind if (kind in DECLARING and is_named) or is_alias else ""
    return Token(
        node.start_byte,
        node.end_byte,
        declares,
        _owner(file, node),
        macro,
        is_field=is_field and not declares,
        is_short=kind == "shorthand_field_initializer" or node.type == "shorthand_field_identifier",
    )


def _owner(file: RustFile, node: Node) -> str:
    parent = node.parent
    if parent is None:
        return ""
    if parent.type == "field_declaration":
        struct = around(parent, "struct_item", "union_item", "enum_variant")
        name = struct.child_by_field_name("name") if struct is not None else None
        return file.text(name) if name is not None else ""
    path = parent.child_by_field_name("path") if parent.type.startswith("scoped_") else None
    return file.text(path).replace(" ", "") if path is not None and path != node else ""


def _is_called(access: Node | None) -> bool:
    """Return whether a field access is a method call."""
    outer = access.parent if access is not None else None
    if outer is not None and outer.type == "generic_function":
        outer = outer.parent
    function = outer.child_by_field_name("function") if outer is not None and outer.type == "call_expression" else None
    return function is not None and access is not None and function.start_byte == access.start_byte


def _macro(file: RustFile, node: Node) -> str:
    """Return the nearest macro or attribute around a name, unless the name is the macro's own."""
    outer = around(node, "macro_invocation", "attribute_item", "inner_attribute_item", "macro_definition")
    if outer is None:
        return ""
    if outer.type != "macro_invocation":
        return "" if outer.type == "macro_definition" and outer.child_by_field_name("name") == node else "#"
    name = outer.child_by_field_name("macro")
    if name is None or (name.start_byte <= node.start_byte and node.end_byte <= name.end_byte):
        return ""
    return file.text(name).rpartition("::")[2]
