"""Finds the other calls that rules are about: SQL, acknowledgements, queue names, files, the standard library.

Not here: bindings (`binding_calls.py`) and routes (`routing.py`).
"""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from scaffolder.reading.rust.facts import Included, MessageCall, PathUse, QueueName, SqlUse, Statement
from scaffolder.reading.rust.parser import RustFile, around, string
from scaffolder.reading.rust.resolution import THROUGH, Names, used_paths

STANDARD = ("std::time", "std::thread", "std::fs", "std::net", "std::process")
OTHERS = ("time::OffsetDateTime", "time::UtcDateTime", "chrono::Utc", "chrono::Local", "dotenv::", "dotenvy::")
GLOBS = ("chrono", "chrono::prelude", "time")
"""Crates and modules from which everything may be imported at once."""
ANSWERS = {"ack", "retry", "ack_all", "retry_all", "retry_with_options", "retry_all_with_options"}


def sql_uses(file: RustFile) -> Iterator[SqlUse]:
    """Yield the calls for a Durable Object's SQLite storage."""
    for call, receiver, condition in calls_of(file, {"sql"}):
        if file.text(receiver).removesuffix("()").rpartition(".")[2] == "storage":
            block = around(call, "impl_item")
            owner = block.child_by_field_name("type") if block is not None else None
            yield SqlUse(file.span(call), condition, file.text(owner).rpartition("::")[2] if owner is not None else "")


def message_calls(file: RustFile) -> Iterator[MessageCall]:
    """Yield the calls that acknowledge or retry messages."""
    for call, receiver, condition in calls_of(file, ANSWERS):
        block = around(call, "block", "match_arm", "closure_expression") or call
        span = (block.start_byte, block.end_byte)
        yield MessageCall(file.span(call), condition, method_name(file, call), file.text(receiver), span)


def queue_names(file: RustFile, names: Names) -> Iterator[QueueName]:
    """Yield the names that `batch.queue()` is compared with."""
    for call, _, condition in calls_of(file, {"queue"}):
        arguments = call.child_by_field_name("arguments")
        if arguments is None or arguments.named_children:
            continue
        for node in _compared(file, _outermost(file, call)):
            name = names.text_of(file, node)
            if name is not None:
                yield QueueName(file.span(node), condition, name)


def standard_paths(file: RustFile, names: Names) -> Iterator[PathUse]:
    """Yield the uses of clocks, and of the standard library's threads, files, sockets and processes."""
    used = list(used_paths(file))
    imported = [(path, node) for path, name, node in used if name != "*"]
    globs = {path.partition("::")[0] for path, name, _ in used if name == "*" and path in GLOBS}
    written = [(names.full_path(file, file.text(node)), node) for node in file.nodes.get("path", []) if _is_whole(node)]
    for path, node in [*imported, *written]:
        condition = file.under(node)
        wholes = [path, *(f"{crate}::{path}" for crate in globs)]
        found = next((whole for whole in wholes if whole.startswith((*STANDARD, *OTHERS))), None)
        if condition is not None and found is not None:
            yield PathUse(file.span(node), condition, found)


def statements(file: RustFile, names: Names) -> Iterator[Statement]:
    """Yield the SQL that is given to `.prepare("...")` and `query!(db, "...")`."""
    for call, _, condition in calls_of(file, {"prepare"}):
        arguments = call.child_by_field_name("arguments")
        given = arguments.named_children if arguments is not None else []
        text = names.text_of(file, given[0]) if len(given) == 1 else None
        if text is not None:
            yield Statement(file.span(given[0]), condition, text)
    for macro, parts in macros(file, {"query"}):
        given, under = parts[1] if len(parts) > 1 else [], file.under(macro)
        text = _text_in_macro(file, names, given)
        if text is not None and under is not None:
            yield Statement(file.span(given[0]), under, text)


def included(file: RustFile) -> Iterator[Included]:
    """Yield the files that the program includes."""
    for macro, parts in macros(file, {"include_str", "include_bytes"}):
        given, condition = parts[0] if parts else [], file.under(macro)
        is_plain = len(given) == 1 and given[0].type in {"string_literal", "raw_string_literal"}
        path = string(file, given[0]) if is_plain else None
        if path is not None and condition is not None:
            yield Included(file.span(given[0]), condition, path)


def macros(file: RustFile, called: set[str]) -> Iterator[tuple[Node, list[list[Node]]]]:
    """Yield each use of the macros `called`, with the tokens of each argument."""
    for macro in file.nodes.get("macro", []):
        name = macro.child_by_field_name("macro")
        trees = [child for child in macro.named_children if child.type == "token_tree"]
        if name is not None and trees and file.text(name).rpartition("::")[2] in called:
            parts: list[list[Node]] = [[]]
            for token in trees[0].children[1:-1]:
                if token.type == ",":
                    parts.append([])
                else:
                    parts[-1].append(token)
            yield macro, parts


def _text_in_macro(file: RustFile, names: Names, given: list[Node]) -> str | None:
    if len(given) == 1:
        return names.text_of(file, given[0])
    is_path = bool(given) and all(token.type in {"identifier", "::", "self", "crate"} for token in given)
    return names.path_text(file, "".join(map(file.text, given))) if is_path else None


def calls_of(file: RustFile, methods: set[str]) -> Iterator[tuple[Node, Node, str]]:
    """Yield each call to one of `methods`, with its receiver and its `cfg`."""
    for call in file.nodes.get("call", []):
        function = call.child_by_field_name("function")
        receiver = function.child_by_field_name("value") if function is not None else None
        if receiver is not None and method_name(file, call) in methods:
            condition = file.under(call)
            if condition is not None:
                yield call, receiver, condition


def method_name(file: RustFile, call: Node) -> str:
    """Return the method that a call is of; empty if it calls no method."""
    function = call.child_by_field_name("function")
    field = function.child_by_field_name("field") if function is not None else None
    return file.text(field) if field is not None else ""


def _outermost(file: RustFile, call: Node) -> Node:
    """Return the whole expression around `batch.queue()`, such as `&batch.queue().as_str()`."""
    node = call
    while node.parent is not None:
        outer = node.parent
        field = outer.child_by_field_name("field") if outer.type == "field_expression" else None
        is_through = field is not None and file.text(field) in THROUGH
        if outer.type not in {"reference_expression", "parenthesized_expression", "call_expression"} and not is_through:
            break
        node = outer
    return node


def _compared(file: RustFile, node: Node) -> Iterator[Node]:
    outer = node.parent
    if outer is not None and outer.type == "match_expression":
        body = outer.child_by_field_name("body")
        for arm in body.named_children if body is not None else ():
            pattern = arm.child_by_field_name("pattern")
            if pattern is not None and file.under(arm) is not None:
                yield from _alternatives(pattern)
    elif outer is not None and outer.type == "binary_expression":
        sides = (outer.child_by_field_name("left"), outer.child_by_field_name("right"))
        yield from (side for side in sides if side is not None and side != node)


def _alternatives(pattern: Node) -> Iterator[Node]:
    """Yield the literals and constants of a pattern, without those of its guard."""
    guard = pattern.child_by_field_name("condition")
    for child in pattern.named_children:
        if child.type == "or_pattern":
            yield from _alternatives(child)
        elif child != guard:
            yield child


def _is_whole(node: Node) -> bool:
    """Return whether a path is complete: not the beginning of a longer one, and not in a `use`."""
    whole = node.parent
    return whole is not None and whole.type not in {"scoped_identifier", "scoped_type_identifier"} and not _in_use(node)


def _in_use(node: Node) -> bool:
    return around(node, "use_declaration") is not None
