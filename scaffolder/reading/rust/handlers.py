"""Finds the entry points for the runtime: handlers with `#[event]`, and structs with `#[durable_object]`.

Not here: their bodies (`binding_calls.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from scaffolder.reading.rust.cfg import holds
from scaffolder.reading.rust.facts import DurableObject, Handler
from scaffolder.reading.rust.parser import RustFile, attribute_parts, attributed
from scaffolder.reading.rust.resolution import Names

KINDS = {"fetch", "scheduled", "queue", "email", "start", "connect"}


def handlers(file: RustFile, names: Names) -> Iterator[Handler]:
    """Yield the handlers of a file."""
    for item, inside, condition in _attributes(file, names, "event"):
        function = attributed(item)
        words = re.findall(r"\w+", inside)
        kinds = [word for word in words if word in KINDS]
        if function is None or function.type != "function_item" or not kinds:
            continue
        yield Handler(
            file.span(item),
            condition,
            kinds[0],
            tuple(word for word in words if word not in KINDS),
            _text(file, function, "name"),
            tuple(_parameters(file, function)),
        )


def durable_objects(file: RustFile, files: list[RustFile], names: Names) -> Iterator[DurableObject]:
    """Yield the Durable Objects of a file; their `impl` may be in any file of the crate."""
    for item, inside, condition in _attributes(file, names, "durable_object"):
        struct = attributed(item)
        if struct is None or struct.type != "struct_item":
            continue
        name = _text(file, struct, "name")
        methods = tuple(method for each in files for method in _methods(each, name))
        yield DurableObject(file.span(item), condition, name, inside.strip(), methods)


def _attributes(file: RustFile, names: Names, wanted: str) -> Iterator[tuple[Node, str, str]]:
    """Yield each attribute of the `worker` crate called `wanted`, with its arguments and its `cfg`."""
    for item in file.nodes.get("attribute", []):
        condition = file.under(item)
        if condition is None:
            continue
        path, inside = attribute_parts(file, item)
        if path == "cfg_attr":
            when, _, rest = _split(inside)
            path, inside = attribute_parts_of(rest)
            if holds(when) is False:
                continue
            condition = ", ".join(filter(None, [condition, when if holds(when) is None else ""]))
        if names.full_path(file, path) in {wanted, f"worker::{wanted}"}:
            yield item, inside, condition


def attribute_parts_of(text: str) -> tuple[str, str]:
    """Return the path of an attribute within `cfg_attr`, and its arguments."""
    found = re.match(r"\s*([\w:]+)\s*(?:\((.*)\))?", text, re.DOTALL)
    return (found[1], found[2] or "") if found else ("", "")


def _split(inside: str) -> tuple[str, str, str]:
    """Split the arguments of a `cfg_attr` at the first comma outside of parentheses: predicate, comma, attribute."""
    depth = 0
    for at, letter in enumerate(inside):
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if letter == "," and depth == 0:
            return inside[:at], ",", inside[at + 1 :]
    return inside, "", ""


def _methods(file: RustFile, struct: str) -> Iterator[str]:
    for block in file.nodes.get("impl", []):
        trait, type_ = _text(file, block, "trait"), _text(file, block, "type")
        body = block.child_by_field_name("body")
        is_it = trait.rpartition("::")[2] == "DurableObject" and type_.rpartition("::")[2] == struct
        if is_it and body is not None and file.under(block) is not None:
            functions = [child for child in body.named_children if child.type == "function_item"]
            yield from (_text(file, function, "name") for function in functions)


def _parameters(file: RustFile, function: Node) -> Iterator[str]:
    listed = function.child_by_field_name("parameters")
    for parameter in listed.named_children if listed is not None else ():
        if parameter.type == "parameter":
            yield _text(file, parameter, "type")


def _text(file: RustFile, node: Node, field: str) -> str:
    found = node.child_by_field_name(field)
    return file.text(found) if found is not None else ""
