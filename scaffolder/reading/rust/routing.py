"""Finds the routes of routers, which of them are given to one router, and which paths conflict.

A router is a chain of calls: `Router::new().get(..).post(..)`. A chain that begins with a variable continues the one
that the same block assigned to it last. Paths are compared as by matchit, the crate in which axum and the `worker`
crate keep them: it gives up the names of parameters first, so that `/:user` and `/:team` are one path.

Not here: routers that pass through functions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from tree_sitter import Node

from scaffolder.reading.rust.calls import calls_of, method_name
from scaffolder.reading.rust.facts import Route
from scaffolder.reading.rust.parser import RustFile
from scaffolder.reading.rust.resolution import Names, used_paths

VERBS = {"get", "post", "put", "patch", "delete", "head", "options", "on", "report", "or_else_any_method"}
WORKER = VERBS | {f"{verb}_async" for verb in VERBS}
AXUM = {"route", "nest", "route_service", "nest_service"}
HANDLING = {"get", "post", "put", "patch", "delete", "head", "options", "trace", "connect", "any"}
"""The functions of axum that make the second argument of `route`."""

LINKS = {"call_expression", "field_expression", "generic_function"}
"""The nodes of a chain of calls."""

STRAIGHT = {
    *LINKS,
    "arguments",
    "assignment_expression",
    "await_expression",
    "expression_statement",
    "let_declaration",
    "return_expression",
    "try_expression",
}
"""The nodes around a part of a statement that is run exactly once, if the statement is."""

FARTHEST = 100
"""Statements between two parts of one router, beyond which they are taken for two."""


def routes(file: RustFile, names: Names) -> Iterator[Route]:
    """Yield the paths of routes."""
    roots: dict[int, Node] = {}
    for call, receiver, condition in calls_of(file, AXUM | WORKER):
        arguments = call.child_by_field_name("arguments")
        given = arguments.named_children if arguments is not None else []
        path = names.text_of(file, given[0]) if len(given) > 1 else None
        if path is not None and path.startswith("/"):
            method, root = method_name(file, call), _root(file, receiver, roots)
            router = _router(file, names, root, method)
            verbs = _handled(file, names, given[1]) if method == "route" else ()
            yield Route(file.span(given[0]), condition, path, method, router, root.start_byte, verbs)


def _root(file: RustFile, node: Node, roots: dict[int, Node]) -> Node:
    """Return the start of a router: `Router::new`, or a variable whose value is not known.

    Args:
        file: The file.
        node: The receiver of a call.
        roots: Those that are known, by the first byte of their chains; all chains that begin there have the same.
    """
    if node.start_byte not in roots:
        at, first = node.start_byte, _first(node)
        before = _assigned_before(file, first) if first.type == "identifier" else None
        roots[at] = first if before is None else _root(file, before, roots)
    return roots[node.start_byte]


def _first(node: Node) -> Node:
    while node.type in LINKS:
        inner = node.child_by_field_name("function") or node.child_by_field_name("value")
        if inner is None:
            break
        node = inner
    return node


def _assigned_before(file: RustFile, name: Node) -> Node | None:
    """Return the chain that an earlier statement of the same block assigned to a variable."""
    statement = name
    while (outer := statement.parent) is not None and outer.type != "block":
        # A branch or a closure around it may not be run, or run instead of another one.
        if outer.type not in STRAIGHT:
            return None
        statement = outer
    wanted, before = file.text(name), statement.prev_named_sibling
    for _ in range(FARTHEST):
        if before is None:
            return None
        if (value := _value(file, before, wanted)) is not None:
            return value if value.type in LINKS else None
        before = before.prev_named_sibling
    return None


def _value(file: RustFile, statement: Node, name: str) -> Node | None:
    """Return what a statement assigns to a variable."""
    inner = statement.named_children[0] if statement.type == "expression_statement" else statement
    if inner.type not in {"let_declaration", "assignment_expression"}:
        return None
    target = inner.child_by_field_name("pattern") or inner.child_by_field_name("left")
    value = inner.child_by_field_name("value") or inner.child_by_field_name("right")
    return value if target is not None and file.text(target) == name else None


def _router(file: RustFile, names: Names, root: Node, method: str) -> str:
    """Return the router at the start of a chain of calls: `axum`, `worker`, or empty if that is unclear."""
    path = names.full_path(file, file.text(root)) if root.type == "scoped_identifier" else ""
    globs = {path for path, name, _ in used_paths(file) if name == "*"}
    if path.startswith("axum::") or (path.startswith("Router::") and "axum" in globs):
        return "axum"
    if path.startswith("worker::") or (path.startswith("Router::") and "worker" in globs):
        return "worker"
    has_axum = any(full.startswith("axum::") for full in names.aliases(file).values())
    return "axum" if method in AXUM and has_axum else ""


def _handled(file: RustFile, names: Names, node: Node) -> tuple[str, ...]:
    """Return the methods that `get(one).post(two)` handles; none where that is not certain."""
    found: list[str] = []
    while node.type == "call_expression":
        function = node.child_by_field_name("function")
        inner = function.child_by_field_name("value") if function is not None else None
        if inner is not None:
            found.append(method_name(file, node))
            node = inner
            continue
        path = names.full_path(file, file.text(function)) if function is not None else ""
        found.append(path.removeprefix("axum::routing::") if path.startswith("axum::routing::") else "")
        break
    return tuple(found) if found and HANDLING.issuperset(found) else ()


PARAMETER, REST = "{}", "{*}"
"""Parts that stand for a parameter, and for all that is left of a path."""

COLONS = re.compile(r":[^/]+|\*.+")
BRACES = re.compile(r"\{(?!\{)[^}]+\}(?!\})")


def parts(path: str, *, braces: bool) -> list[str]:
    """Split a path into its letters and parameters, which lose their names.

    Args:
        path: The path.
        braces: Whether it has parameters such as `{id}` and `{*rest}`, not `:id` and `*rest`.
    """
    listed, end = [], 0
    for found in (BRACES if braces else COLONS).finditer(path):
        listed += [*path[end : found.start()], REST if "*" in found[0][:2] else PARAMETER]
        end = found.end()
    return [*listed, *path[end:]]


def conflict(one: Sequence[str], other: Sequence[str]) -> bool:
    """Return whether a router refuses the second of two paths: it is the same, or only one has a wildcard there."""
    pair = next(((a, b) for a, b in zip_longest(one, other) if a != b), None)
    return pair is None or set(pair) == {PARAMETER, REST}
