"""Finds the use of what a process has and a worker lacks, and in native tests of what only a worker's runtime has.

Not here: the standard library's clock, threads and files (`calls.py`), and calls that a test reaches through another
function.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from tree_sitter import Node

from scaffolder.reading.rust.calls import macros
from scaffolder.reading.rust.facts import EnvironmentRead, NativeCall, Printed
from scaffolder.reading.rust.parser import RustFile, attribute_parts, string
from scaffolder.reading.rust.resolution import Names, used_paths

READS = {"std::env::var", "std::env::var_os"}
COMPILED = {"env", "option_env"}
"""Macros that read a variable while the crate is compiled."""

PRINTS = {"print", "println", "eprint", "eprintln", "dbg"}
OWN = re.compile(
    rb"macro_rules!\s*(?:e?print(?:ln)?|dbg)\b|\bas\s+(?:e?print(?:ln)?|dbg)\b|::(?:e?print(?:ln)?|dbg)\b(?!!)"
)
"""A macro of the crate's own, or of another crate, by one of these names."""


def environment_reads(file: RustFile, names: Names) -> Iterator[EnvironmentRead]:
    """Yield each variable of the environment that is read by its name."""
    for node in file.nodes.get("path", []):
        path, call, condition = names.full_path(file, file.text(node)), node.parent, file.under(node)
        if path not in READS or call is None or call.type != "call_expression" or condition is None:
            continue
        arguments = call.child_by_field_name("arguments")
        given = arguments.named_children if arguments is not None else []
        name = names.text_of(file, given[0]) if len(given) == 1 else None
        if name is not None:
            yield EnvironmentRead(file.span(node), condition, path, name)
    for macro, parts in macros(file, COMPILED):
        condition, given = file.under(macro), parts[0]
        name = string(file, given[0]) if given and given[0].type == "string_literal" else None
        called = macro.child_by_field_name("macro")
        if name is not None and condition is not None and called is not None:
            yield EnvironmentRead(file.span(macro), condition, f"{file.text(called).rpartition('::')[2]}!", name)


def printed(file: RustFile) -> Iterator[Printed]:
    """Yield each use of the standard library's macros that print."""
    if OWN.search(file.source.even):
        return
    for macro, parts in macros(file, PRINTS):
        condition, called = file.under(macro), macro.child_by_field_name("macro")
        if condition is not None and called is not None:
            name = file.text(called).rpartition("::")[2]
            yield Printed(file.span(called), condition, name, has_text=any(parts))


CALLS = {
    "worker": {
        "AbortController": {"default"},
        "Cache": {"default", "open"},
        "Date": {"new", "now"},
        "FormData": {"new"},
        "Headers": {"default", "new"},
        "Request": {"new", "new_with_init"},
        "RequestInit": {"default", "new"},
        "Response": {"builder", "empty", "error", "from_bytes", "from_html", "from_json", "ok", "redirect"},
        "ResponseBuilder": {"new"},
        "WebSocketPair": {"new"},
    },
    "js_sys": {"Array": {"new"}, "Date": {"now"}, "Math": {"random"}, "Object": {"new"}},
    "wasm_bindgen": {"JsValue": {"from_f64", "from_str"}},
}
"""Functions that call the runtime at once, by their crate and type; each panics in a native test."""

CALL = re.compile(rb"(?<![\w:!])((?:\w+::)+\w+|(?:worker::)?(console_(?:debug|error|log|warn)!))\s*\(")
TEXTS = {"string_content", "line_comment", "block_comment", "raw_string_literal", "string_literal"}

OWN_TYPES = re.compile(rb"\b(?:struct|enum|type|mod)\s+(\w+)")
"""Types and modules of the file itself, which take precedence over what it imports with `*`."""

APART = re.compile(r"ignore|should_panic|.*wasm_bindgen_test.*")
"""Attributes of tests that are not run natively, or are meant to panic."""

NATIVE = re.compile(r'(?:all\()?test(?:,not\(target_(?:arch|family)="wasm(?:32)?"\))?\)?')
"""Conditions, without spaces, under which a native test is compiled."""


def native_calls(file: RustFile) -> Iterator[NativeCall]:
    """Yield the first call in each native test of what only a JavaScript runtime has."""
    paths = _paths(file)
    for function in file.nodes.get("function", []):
        attributes = [attribute_parts(file, each)[0] for each in _attributes(function)]
        is_test = any(path.rpartition("::")[2] == "test" for path in attributes)
        if is_test and not any(map(APART.fullmatch, attributes)) and _is_native(file, function):
            yield from islice(_calls(file, paths, function), 1)


def _paths(file: RustFile) -> set[str]:
    """Return each way to write a function that needs a runtime in a file, by what the file imports."""
    used = list(used_paths(file, in_tests=True))
    own = {found[1].decode() for found in OWN_TYPES.finditer(file.source.even)}
    full = {f"{crate}::{type_}": functions for crate, types in CALLS.items() for type_, functions in types.items()}
    found = {f"{type_}::{function}" for type_, functions in full.items() for function in functions}
    for path, name, _ in used:
        others = {other for other, same, _ in used if same == name and other != path}
        for type_, functions in full.items() if name != "_" and (name == "*" or not others) else ():
            if type_ == path or type_.startswith(f"{path}::"):
                rest = type_.removeprefix(path).removeprefix("::")
                shown = "::".join(filter(None, [name.removeprefix("*"), rest]))
                found |= {f"{shown}::{function}" for function in functions}
    return {each for each in found if each.partition("::")[0] not in own}


def _calls(file: RustFile, paths: set[str], function: Node) -> Iterator[NativeCall]:
    for call in CALL.finditer(file.source.even, function.start_byte, function.end_byte):
        node = file.tree.root_node.descendant_for_byte_range(call.start(1), call.start(1) + 1)
        written = call[1].decode()
        if node is not None and node.type not in TEXTS and (written in paths or call[2] is not None):
            yield NativeCall(file.source.span(*call.span(1)), "", written)


def _is_native(file: RustFile, function: Node) -> bool:
    conditions = [
        re.sub(r"\s", "", each.condition) for each in file.unders.around(function.start_byte, function.end_byte)
    ]
    return not file.condition and all(map(NATIVE.fullmatch, conditions))


def _attributes(function: Node) -> Iterator[Node]:
    before = function.prev_named_sibling
    while before is not None and before.type in {"attribute_item", "line_comment", "block_comment"}:
        if before.type == "attribute_item":
            yield before
        before = before.prev_named_sibling
