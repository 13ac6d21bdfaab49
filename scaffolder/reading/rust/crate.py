"""Reads the Rust of a crate: every file that its root reaches by `mod`, and the facts in them.

Not here: the crates that it depends on (`project.py` reads those that are given by path).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tree_sitter import Node

from scaffolder.reading.rust import binding_calls, calls, extractors, process_calls, routing
from scaffolder.reading.rust import handlers as events
from scaffolder.reading.rust.facts import (
    BindingUse,
    DurableObject,
    EnvironmentRead,
    Extracted,
    Handler,
    Included,
    MessageCall,
    NativeCall,
    PathUse,
    Printed,
    QueueName,
    Route,
    SqlUse,
    Statement,
    Unanalyzed,
)
from scaffolder.reading.rust.parser import RustFile, around, parse, string
from scaffolder.reading.rust.resolution import Names
from scaffolder.reading.source import Source

UNSEEN = re.compile(rb"\bmod\s+\w+\s*;|\binclude!|#\s*\[\s*(?:worker\s*::\s*)?(?:event|durable_object)\b")
"""Things that a macro may hide from the parser: whole modules, and functions that the runtime calls."""

HARMLESS = ("foreign_mod_item", "type_item")
"""Items in which the grammar may lag behind the compiler, but which contain nothing that the runtime calls."""


@dataclass(frozen=True)
class Crate:
    """The facts about a crate's Rust.

    Args:
        sources: Its files.
        strings: Every string in it; a name that is none of them is certainly not looked up.
        unanalyzed: The parts that could not be analyzed.
    """

    sources: tuple[Source, ...] = ()
    handlers: tuple[Handler, ...] = ()
    durable_objects: tuple[DurableObject, ...] = ()
    binding_uses: tuple[BindingUse, ...] = ()
    sql_uses: tuple[SqlUse, ...] = ()
    routes: tuple[Route, ...] = ()
    extracted: tuple[Extracted, ...] = ()
    path_uses: tuple[PathUse, ...] = ()
    environment_reads: tuple[EnvironmentRead, ...] = ()
    printed: tuple[Printed, ...] = ()
    native_calls: tuple[NativeCall, ...] = ()
    message_calls: tuple[MessageCall, ...] = ()
    queue_names: tuple[QueueName, ...] = ()
    statements: tuple[Statement, ...] = ()
    included: tuple[Included, ...] = ()
    strings: frozenset[str] = frozenset()
    unanalyzed: tuple[Unanalyzed, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether everything was analyzed, so that nothing can exist without being found."""
        return bool(self.sources) and not self.unanalyzed

    @property
    def optional_bindings(self) -> set[str | None]:
        """The names whose absence is handled somewhere, so that the other lookups may come after that."""
        return {use.name for use in self.binding_uses if use.is_optional}


def read(project: Path, root: Path) -> Crate:
    """Read a crate from its root file, such as src/lib.rs; if there is none, there are no facts."""
    files = list(_reached(project, root)) if root.is_file() else []
    names = Names(files)
    return Crate(
        sources=tuple(file.source for file in files),
        handlers=tuple(fact for file in files for fact in events.handlers(file, names)),
        durable_objects=tuple(fact for file in files for fact in events.durable_objects(file, files, names)),
        binding_uses=tuple(fact for file in files for fact in binding_calls.binding_uses(file, names)),
        sql_uses=tuple(fact for file in files for fact in calls.sql_uses(file)),
        routes=tuple(fact for file in files for fact in routing.routes(file, names)),
        extracted=tuple(fact for file in files for fact in extractors.extracted(file, names)),
        path_uses=tuple(fact for file in files for fact in calls.standard_paths(file, names)),
        environment_reads=tuple(fact for file in files for fact in process_calls.environment_reads(file, names)),
        printed=tuple(fact for file in files for fact in process_calls.printed(file)),
        native_calls=tuple(fact for file in files for fact in process_calls.native_calls(file)),
        message_calls=tuple(fact for file in files for fact in calls.message_calls(file)),
        queue_names=tuple(fact for file in files for fact in calls.queue_names(file, names)),
        statements=tuple(fact for file in files for fact in calls.statements(file, names)),
        included=tuple(fact for file in files for fact in calls.included(file)),
        strings=frozenset(_strings(files)),
        unanalyzed=tuple(fact for file in files for fact in _unanalyzed(file)),
    )


@dataclass(frozen=True)
class _Module:
    """A file still to be read: its path, the folder of its own modules, and its `cfg`."""

    path: Path
    inner: Path
    condition: str = ""


def _reached(project: Path, root: Path) -> Iterator[RustFile]:
    waiting, seen = [_Module(root, root.parent)], set()
    while waiting:
        module = waiting.pop(0)
        if module.path in seen:
            continue
        seen.add(module.path)
        file = parse(Source.read(project, module.path), module.condition)
        yield file
        waiting += _modules(file, module)


def _modules(file: RustFile, module: _Module) -> Iterator[_Module]:
    """Yield the files of the modules that a file declares."""
    for node in file.nodes.get("mod", []):
        condition, name = file.under(node), node.child_by_field_name("name")
        if condition is None or name is None or node.child_by_field_name("body") is not None:
            continue
        folder = module.inner.joinpath(*_inline(file, node))
        chosen = _chosen(file, node)
        if chosen:
            path = (folder if _inline(file, node) else module.path.parent) / chosen
            places = [_Module(path, path.parent, condition)]
        else:
            own = folder / file.text(name)
            places = [_Module(own.with_name(f"{own.name}.rs"), own, condition), _Module(own / "mod.rs", own, condition)]
        yield from [place for place in places if place.path.is_file()][:1]


def _chosen(file: RustFile, node: Node) -> str:
    """Return the file that a `#[path]` before a `mod` names, or an empty text."""
    item = node.prev_named_sibling
    while item is not None and item.type in {"attribute_item", "line_comment", "block_comment"}:
        found = re.match(r'#\[\s*path\s*=\s*"([^"]*)"', file.text(item))
        if found:
            return found[1]
        item = item.prev_named_sibling
    return ""


def _inline(file: RustFile, node: Node) -> list[str]:
    """Return the names of the inline modules around a `mod`."""
    outer = around(node, "mod_item")
    name = outer.child_by_field_name("name") if outer is not None else None
    return [*_inline(file, outer), file.text(name)] if outer is not None and name is not None else []


def _strings(files: list[RustFile]) -> Iterator[str]:
    for file in files:
        for node in file.nodes.get("string", []):
            text = string(file, node)
            if text is not None:
                yield text


def _unanalyzed(file: RustFile) -> Iterator[Unanalyzed]:
    errors = [node for node in file.nodes.get("error", []) if around(node, *HARMLESS) is None]
    for node in errors[:1]:
        yield Unanalyzed(file.span(node), "", "the parser does not know this syntax")
    for node in file.nodes.get("macro", []):
        condition = file.under(node)
        if condition is not None and UNSEEN.search(file.source.even, node.start_byte, node.end_byte):
            yield Unanalyzed(file.span(node), condition, "this macro may define modules or handlers")
