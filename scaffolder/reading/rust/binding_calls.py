"""Finds the lookups of bindings in Rust: `env.kv("NAME")`, `ctx.d1(DB)`, in macros too.

A receiver is certainly an `Env` when its declared type says so or, where nothing declares one, when it is called `env`
or, in a router's closure, `ctx`.

Not here: names that are passed through functions of the crate; such a lookup has the name None.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from scaffolder.reading.rust.absence import is_handled, is_handled_in_macro
from scaffolder.reading.rust.facts import BindingUse
from scaffolder.reading.rust.parser import RustFile, around, string
from scaffolder.reading.rust.resolution import Names

ACCESSORS = frozenset(
    {
        "ai",
        "analytics_engine",
        "assets",
        "bucket",
        "d1",
        "durable_object",
        "dynamic_dispatcher",
        "get_binding",
        "hyperdrive",
        "kv",
        "object_var",
        "queue",
        "rate_limiter",
        "secret",
        "secret_store",
        "send_email",
        "service",
        "var",
    }
)
"""The methods of `Env` and `RouteContext` that take a binding's name."""

TYPES = {"Env", "RouteContext"}
NAMED = {"env", "_env"}
SAME = {"clone", "as_ref", "borrow"}
"""Methods that return their receiver."""

NAMED_IN_CLOSURES = {*NAMED, "ctx", "_ctx", "cx", "context"}


def binding_uses(file: RustFile, names: Names) -> Iterator[BindingUse]:
    """Yield the lookups of bindings in a file."""
    for call in file.nodes.get("call", []):
        function, arguments = _method(call), call.child_by_field_name("arguments")
        if function is None or arguments is None or len(arguments.named_children) != 1:
            continue
        accessor, receiver = function.child_by_field_name("field"), function.child_by_field_name("value")
        condition = file.under(call) if accessor is not None and file.text(accessor) in ACCESSORS else None
        if accessor is not None and receiver is not None and condition is not None:
            argument = arguments.named_children[0]
            name, is_sure = names.text_of(file, argument), _is_env(file, names, receiver)
            is_optional = is_handled(file, call)
            yield BindingUse(file.span(argument), condition, file.text(accessor), name, is_sure, is_optional)
    yield from _in_macros(file, names)
    yield from _by_path(file, names)


def _in_macros(file: RustFile, names: Names) -> Iterator[BindingUse]:
    """Yield the lookups in the arguments of macros, which the parser leaves as tokens."""
    for token in file.nodes.get("token", []):
        dot, arguments = token.prev_sibling, token.next_named_sibling
        if file.text(token) not in ACCESSORS or dot is None or dot.type != "." or arguments is None:
            continue
        condition, parts = file.under(token), arguments.named_children
        receiver = dot.prev_sibling
        if condition is None or receiver is None or not parts or "," in [child.type for child in arguments.children]:
            continue
        name = _name_in_macro(file, names, parts)
        is_sure = receiver.type == "identifier" and _is_env(file, names, receiver)
        is_optional = is_handled_in_macro(file, arguments)
        yield BindingUse(file.span(parts[0]), condition, file.text(token), name, is_sure, is_optional)


def _by_path(file: RustFile, names: Names) -> Iterator[BindingUse]:
    """Yield the lookups by the path of an accessor, as in `read(env, "NAME", Env::kv)`."""
    for node in file.nodes.get("path", []):
        type_, _, accessor = names.full_path(file, file.text(node)).rpartition("::")
        condition = file.under(node) if accessor in ACCESSORS and type_.rpartition("::")[2] in TYPES else None
        if condition is None:
            continue
        call = node.parent
        arguments = call.child_by_field_name("arguments") if call is not None else None
        given = arguments.named_children if arguments is not None and call is not None else []
        is_call = call is not None and call.type == "call_expression" and len(given) == len(("env", "name"))
        name = names.text_of(file, given[1]) if is_call else None
        yield BindingUse(file.span(given[1] if is_call else node), condition, accessor, name, is_sure=True)


def _name_in_macro(file: RustFile, names: Names, parts: list[Node]) -> str | None:
    if len(parts) == 1:
        return names.text_of(file, parts[0])
    if all(part.type == "identifier" for part in parts):
        return names.path_text(file, "::".join(map(file.text, parts)))
    return string(file, parts[0]) if parts[0].type == "string_literal" else None


def _method(call: Node) -> Node | None:
    function = call.child_by_field_name("function")
    if function is not None and function.type == "generic_function":
        function = function.child_by_field_name("function")
    return function if function is not None and function.type == "field_expression" else None


def _is_env(file: RustFile, names: Names, receiver: Node) -> bool:
    """Return whether an expression is certainly an `Env` or a `RouteContext`."""
    if receiver.type == "identifier":
        declared, is_closure = _declared(file, receiver)
        if declared:
            found = (names.full_path(file, word) for word in re.findall(r"[A-Za-z_][\w:]*", declared))
            return any(path.rpartition("::")[2] in TYPES for path in found)
        return file.text(receiver) in (NAMED_IN_CLOSURES if is_closure else NAMED)
    if receiver.type == "field_expression":
        field, value = receiver.child_by_field_name("field"), receiver.child_by_field_name("value")
        if field is not None and value is not None and file.text(field) in SAME:
            return _is_env(file, names, value)
        return field is not None and file.text(field) in NAMED
    if receiver.type == "call_expression":
        function = _method(receiver)
        return function is not None and _is_env(file, names, function)
    inner = receiver.named_children
    wrapped = {"reference_expression", "parenthesized_expression", "unary_expression", "try_expression"}
    return receiver.type in wrapped and bool(inner) and _is_env(file, names, inner[-1])


def _declared(file: RustFile, name: Node) -> tuple[str, bool]:
    """Return the declared type of a parameter, or an empty text, and whether it is a closure's parameter."""
    wanted, outer = file.text(name), around(name, "function_item", "closure_expression")
    while outer is not None:
        listed = outer.child_by_field_name("parameters")
        for parameter in listed.named_children if listed is not None else ():
            pattern, type_ = parameter.child_by_field_name("pattern"), parameter.child_by_field_name("type")
            if pattern is not None and type_ is not None and wanted in re.findall(r"\w+", file.text(pattern)):
                return file.text(type_), False
            if parameter.type == "identifier" and file.text(parameter) == wanted:
                return "", True
        outer = around(outer, "function_item", "closure_expression")
    return "", False


def name_literals(files: list[RustFile], name: str) -> Iterator[tuple[BindingUse, list[tuple[RustFile, Node]]]]:
    """Yield each lookup of a name in some files, with the literals in which the name is written.

    There are none where the name is composed in a way that was resolved, but not step by step.
    """
    names = Names(files)
    for file in files:
        for use in binding_uses(file, names):
            node = file.tree.root_node.descendant_for_byte_range(use.span.start, use.span.end)
            if use.name == name and node is not None:
                yield use, [each for each in names.literals_of(file, node) if string(*each) == name]
