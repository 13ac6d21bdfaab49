"""Finds the functions that other workers can call over RPC: those that `#[wasm_bindgen]` exports.

Not here: methods of exported classes, which a service binding does not expose.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from scaffolder.reading.rust.parser import RustFile, attribute_parts, attributed, parse
from scaffolder.reading.source import Source

NAMED = re.compile(r'\bjs_name\s*=\s*"?([\w$]+)"?')
RESULT = re.compile(r"(?:[\w:]+::)?Result\s*<\s*(.*?)\s*,\s*[\w:]+\s*>", re.DOTALL)


@dataclass(frozen=True)
class Export:
    """An exported function.

    Args:
        name: Its name in Rust.
        js_name: The name that others call.
        parameters: The name and the type of each parameter, as written.
        answer: Its return type, without the `Result` around it; `()` if it has none.
        says: The lines of its documentation.
    """

    name: str
    js_name: str
    parameters: tuple[tuple[str, str], ...]
    answer: str
    says: tuple[str, ...]


def exports(source: Source) -> Iterator[Export]:
    """Yield the functions that a file exports under every `cfg`."""
    file = parse(source, "")
    for item in file.nodes.get("attribute", []):
        path, inside = attribute_parts(file, item)
        function = attributed(item)
        if path.rpartition("::")[2] != "wasm_bindgen" or function is None or function.type != "function_item":
            continue
        if file.under(item) == "":
            found = NAMED.search(inside)
            name = _text(file, function, "name")
            yield Export(
                name,
                found[1] if found else name,
                tuple(_parameters(file, function)),
                _answer(_text(file, function, "return_type")),
                tuple(reversed([*_documentation(file, item)])),
            )


def _parameters(file: RustFile, function: Node) -> Iterator[tuple[str, str]]:
    listed = function.child_by_field_name("parameters")
    for parameter in listed.named_children if listed is not None else ():
        if parameter.type == "parameter":
            yield _text(file, parameter, "pattern").removeprefix("mut "), _text(file, parameter, "type")


def _answer(written: str) -> str:
    found = RESULT.fullmatch(written)
    return (found[1] if found else written) or "()"


def _documentation(file: RustFile, item: Node) -> Iterator[str]:
    """Yield the documentation above an attribute, from its last line up to the first heading."""
    lines: list[str] = []
    node = item.prev_named_sibling
    while node is not None and (node.type == "attribute_item" or file.text(node).startswith("///")):
        if node.type != "attribute_item":
            lines.append(file.text(node).removeprefix("///").strip())
        node = node.prev_named_sibling
    heading = max((number for number, line in enumerate(lines) if line.startswith("#")), default=-1)
    rest = lines[heading + 1 :]
    yield from rest[1:] if rest and not rest[0] else rest


def _text(file: RustFile, node: Node, field: str) -> str:
    found = node.child_by_field_name(field)
    return file.text(found) if found is not None else ""
