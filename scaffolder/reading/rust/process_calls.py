"""Finds the use of what a process has and a worker lacks: variables of its environment, and standard output.

Not here: the standard library's clock, threads and files (`calls.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffolder.reading.rust.calls import macros
from scaffolder.reading.rust.facts import EnvironmentRead, Printed
from scaffolder.reading.rust.parser import RustFile, string
from scaffolder.reading.rust.resolution import Names

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
