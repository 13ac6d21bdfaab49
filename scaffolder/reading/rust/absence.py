"""Decides whether Rust goes on without a binding that is absent, so that the lookup may fail.

Not here: the lookups (`binding_calls.py`), and what another file does with the result of a function that returns one.
"""

from __future__ import annotations

import re

from tree_sitter import Node

from scaffolder.reading.rust.parser import RustFile, around

HANDLING = {
    "err",
    "into_iter",
    "is_err",
    "is_err_and",
    "is_ok",
    "is_ok_and",
    "iter",
    "map_or",
    "map_or_else",
    "ok",
    "or",
    "or_else",
    "unwrap_or",
    "unwrap_or_default",
    "unwrap_or_else",
}
"""The methods of a `Result` that have something in place of an error, or drop it."""

PASSING = {"and", "and_then", "as_deref", "as_mut", "as_ref", "inspect", "inspect_err", "map"}
"""The methods of a `Result` that keep its error."""

WRAPPERS = {"reference_expression", "parenthesized_expression", "await_expression", "tuple_expression"}
ANSWER = re.compile(r"\|\s*_\w*\s*\||\"|\bResponse\b|\bStatusCode\b")
"""What a closure has that makes an answer of its own: it ignores the error, or has a text, a response or a status."""

IN_MACRO = re.compile(rf"\s*\.\s*(?:{'|'.join(sorted(HANDLING))})\b")


def is_handled(file: RustFile, lookup: Node) -> bool:
    """Return whether the failure of a lookup is handled where it is called, or where its result is used."""
    node, outer = lookup, lookup.parent
    while outer is not None and outer.type in WRAPPERS:
        node, outer = outer, outer.parent
    if outer is None:
        return False
    if outer.type == "field_expression" and outer.parent is not None:
        return _by_method(file, outer, outer.parent)
    if outer.type in {"let_condition", "match_expression"}:
        return outer.child_by_field_name("value") == node and _has_pattern(file, outer)
    if outer.type == "let_declaration":
        return outer.child_by_field_name("alternative") is not None or _is_handled_later(file, outer)
    return outer.type in {"block", "return_expression"} and _is_handled_by_a_caller(file, outer)


def is_handled_in_macro(file: RustFile, arguments: Node) -> bool:
    """Return whether the failure of a lookup is handled within the macro in which it is called."""
    macro = around(arguments, "macro_invocation")
    after = file.source.even[arguments.end_byte : macro.end_byte if macro else arguments.end_byte].decode()
    name = macro.child_by_field_name("macro") if macro is not None else None
    return IN_MACRO.match(after) is not None or (name is not None and file.text(name) == "matches")


def _by_method(file: RustFile, field: Node, call: Node) -> bool:
    named, arguments = field.child_by_field_name("field"), call.child_by_field_name("arguments")
    method = file.text(named) if named is not None else ""
    if method in PASSING:
        return is_handled(file, call)
    if method == "map_err" and arguments is not None and ANSWER.search(file.text(arguments)):
        return True
    return method in HANDLING


def _has_pattern(file: RustFile, choice: Node) -> bool:
    """Return whether an `if let` or a `match` distinguishes success and failure."""
    pattern = choice.child_by_field_name("pattern")
    body = choice.child_by_field_name("body")
    if pattern is not None:
        return True
    arms = [arm.child_by_field_name("pattern") for arm in body.named_children] if body is not None else []
    return any(arm is not None and re.match(r"Err\b|_|[a-z]\w*$", file.text(arm)) for arm in arms)


def _is_handled_by_a_caller(file: RustFile, result: Node) -> bool:
    """Return whether the function whose result it is is called in the same file so that its failure is handled."""
    function = around(result, "function_item", "closure_expression")
    named = function.child_by_field_name("name") if function is not None else None
    is_result = result.type == "return_expression" or (result.parent is not None and result.parent == function)
    if named is None or not is_result:
        return False
    call = rf"\b{re.escape(file.text(named))}\([^;{{}}]*\)"
    patterns = (rf"{call}\s*{IN_MACRO.pattern}", rf"\blet\s+Ok\b[^=;]*=[^;{{]*{call}", rf"\bmatch\s+[^;{{]*{call}")
    return any(re.search(pattern, file.source.text) for pattern in patterns)


def _is_handled_later(file: RustFile, declaration: Node) -> bool:
    """Return whether the failure is handled where the variable is used that holds the result."""
    pattern, block = declaration.child_by_field_name("pattern"), around(declaration, "block")
    if pattern is None or pattern.type != "identifier" or block is None:
        return False
    waiting, name = list(block.named_children), file.text(pattern)
    while waiting:
        node = waiting.pop()
        waiting += node.named_children
        is_use = node.type == "identifier" and node.start_byte > declaration.end_byte and file.text(node) == name
        if is_use and is_handled(file, node):
            return True
    return False
