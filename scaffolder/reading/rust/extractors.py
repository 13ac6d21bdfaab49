"""Counts the path parameters that handlers of axum take, where the handler and its route are in one file.

Not here: parameters that are taken by name, into a struct or a map.
"""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from scaffolder.reading.rust.facts import Extracted
from scaffolder.reading.rust.parser import RustFile
from scaffolder.reading.rust.resolution import Names

SINGLE = {
    "String",
    "bool",
    "char",
    "f32",
    "f64",
    *(f"{sign}{bits}" for sign in "iu" for bits in ("8", "16", "32", "64", "128")),
}
"""The types that take exactly one parameter."""

METHODS = {"get", "post", "put", "patch", "delete", "head", "options", "any"}
EXTRACTORS = {"axum::extract::Path", "axum::extract::path::Path"}


def extracted(file: RustFile, names: Names) -> Iterator[Extracted]:
    """Yield the handlers of routes whose `Path` takes a fixed number of parameters."""
    known = dict(_functions(file, names))
    for call in file.nodes.get("call", []) if known else ():
        function, arguments = (call.child_by_field_name(name) for name in ("function", "arguments"))
        method = function.child_by_field_name("field") if function is not None else None
        given = arguments.named_children if arguments is not None else []
        if method is None or file.text(method) != "route" or len(given) != len(("path", "handlers")):
            continue
        path, condition = names.text_of(file, given[0]), file.under(call)
        for name in _handlers(file, names, given[1]) if path is not None and condition is not None else ():
            count = known.get(file.text(name))
            if count is not None:
                yield Extracted(file.span(name), condition or "", path or "", file.text(name), count)


def _functions(file: RustFile, names: Names) -> Iterator[tuple[str, int | None]]:
    """Yield each function's name with the number of its path parameters; None where that is uncertain."""
    seen: set[str] = set()
    for function in file.nodes.get("function", []):
        name = file.text(function.child_by_field_name("name") or function)
        is_plain = name not in seen and file.under(function) == file.condition and _is_at_top(function)
        seen.add(name)
        yield name, _path_parameters(file, names, function) if is_plain else None


def _is_at_top(function: Node) -> bool:
    return function.parent is not None and function.parent.type == "source_file"


def _path_parameters(file: RustFile, names: Names, function: Node) -> int | None:
    parameters = function.child_by_field_name("parameters")
    types = [each.child_by_field_name("type") for each in parameters.named_children] if parameters is not None else []
    counts = [_count(file, names, type_) for type_ in types if type_ is not None]
    return next((count for count in counts if count is not None), None)


def _count(file: RustFile, names: Names, type_: Node) -> int | None:
    """Return the number of parameters that a `Path<...>` takes; None for any other type."""
    outer, inside = (type_.child_by_field_name(name) for name in ("type", "type_arguments"))
    if type_.type != "generic_type" or outer is None or inside is None or len(inside.named_children) != 1:
        return None
    if names.full_path(file, file.text(outer)) not in EXTRACTORS:
        return None
    wanted = inside.named_children[0]
    if wanted.type == "tuple_type":
        return len(wanted.named_children)
    return 1 if file.text(wanted) in SINGLE else None


def _handlers(file: RustFile, names: Names, node: Node) -> Iterator[Node]:
    """Yield the functions of `get(one).post(two)`."""
    if node.type != "call_expression":
        return
    function, arguments = (node.child_by_field_name(name) for name in ("function", "arguments"))
    given = arguments.named_children if arguments is not None else []
    if function is None:
        return
    inner = function.child_by_field_name("value") if function.type == "field_expression" else None
    method = function.child_by_field_name("field") if inner is not None else function
    if inner is not None:
        yield from _handlers(file, names, inner)
    path = names.full_path(file, file.text(method)) if method is not None else ""
    is_method = path.removeprefix("axum::routing::") in METHODS and (inner is not None or "::" in path)
    if is_method and len(given) == 1 and given[0].type == "identifier":
        yield given[0]
