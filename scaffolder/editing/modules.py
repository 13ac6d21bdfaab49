"""Declares a module in the crate's root, where rustfmt would have it, and takes the declaration out again.

Not here: what is in the module.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from scaffolder.checks.fixing import spliced
from scaffolder.editing import items, lines
from scaffolder.editing.change import Unclear
from scaffolder.editing.kind import Changes
from scaffolder.editing.proof import is_kept
from scaffolder.findings import Edit
from scaffolder.reading.grammar import parse
from scaffolder.reading.project import Worker
from scaffolder.reading.source import Source

# A CR is read as a space, so that all offsets hold.
MODULE = re.compile(rb"^(?:pub(?:\([\w ]+\))? )?mod (\w+); ?$", re.MULTILINE)
OWN = re.compile(rb"#\[|//(?!!)")
"""How a line begins that belongs to the item below it."""

USE = re.compile(rb"^(?:pub(?:\([\w ]+\))? )?use ", re.MULTILINE)


def file_of(worker: Worker, name: str) -> Path:
    """Answer the file of a module of the crate's root.

    Raises:
        Unclear: There is no root.
    """
    if not worker.crate.sources:
        raise Unclear("src/lib.rs")
    return (worker.project / worker.crate.sources[0].file).with_name(f"{name}.rs")


def declare(worker: Worker, name: str, changes: Changes) -> None:
    """Plan `mod NAME;`, unless it is there.

    Raises:
        Unclear: The root has a shape that cannot be changed for certain.
    """
    path, source = _root(worker, changes)
    if name.encode() not in MODULE.findall(source.even):
        changes.change(path, source.content, declared(source, name))


def undeclare(worker: Worker, name: str, changes: Changes) -> None:
    """Plan the root without `mod NAME;`."""
    path, source = _root(worker, changes)
    changes.change(path, source.content, undeclared(source, name))


def declared(source: Source, name: str) -> bytes:
    """Answer the root with a module more: in the order of the others, else above the first `use`, else at the end.

    Raises:
        Unclear: It cannot be parsed, or already has something by that name.
    """
    if re.search(rb"\bmod\s+" + name.encode() + rb"\b", source.even):
        raise Unclear(source.file)
    for at, text in _places(source, name):
        content = spliced(source.content, [Edit(source.file, at, at, text)])
        if _is_good(source, content):
            return content
    return items.added(source, f"\nmod {name};\n")


def undeclared(source: Source, name: str) -> bytes:
    """Answer the root without a module; a line that is written otherwise stays."""
    found = re.search(rb"^mod " + name.encode() + rb"; ?$", source.even, re.MULTILINE)
    if found is None:
        return source.content
    content, begin = source.content, found.start()
    end = lines.after(content, begin)
    if content[end:].strip() and not _has_module(source, begin - 1):
        # It had an empty line below if it was the only one.
        after = lines.after(content, end)
        end = end if content[end:after].strip() else after
    elif not content[end:].strip():
        return items.removed(source, f"\nmod {name};\n")
    shorter = content[:begin] + content[end:]
    return shorter if _is_good(source, shorter) else content


def _places(source: Source, name: str) -> Iterator[tuple[int, str]]:
    content, newline = source.content, lines.newline(source.content)
    listed = [found for found in MODULE.finditer(source.even) if found[1] > name.encode()]
    if listed:
        yield _above(content, listed[0].start()), f"mod {name};{newline}"
    if others := list(MODULE.finditer(source.even)):
        yield lines.end_of(content, others[-1].start()), f"{newline}mod {name};"
    elif first := USE.search(source.even):
        yield _above(content, first.start()), f"mod {name};{newline}{newline}"


def _above(content: bytes, at: int) -> int:
    """Answer where the attributes and comments of an item begin that are right above it."""
    while at > 0:
        upper = lines.start_of(content, at - 1)
        if not OWN.match(content[upper:at]):
            break
        at = upper
    return at


def _has_module(source: Source, at: int) -> bool:
    """Answer whether a module is declared on the line that ends here."""
    return at > 0 and any(found.start() <= at <= found.end() for found in MODULE.finditer(source.even))


def _is_good(source: Source, content: bytes) -> bool:
    """Answer whether nothing is lost, and each attribute and comment is still before the same thing."""
    after = Source(source.file, content)
    has_error = parse(after, "").tree.root_node.has_error
    kept = [_attributes(each) for each in (source, after)]
    return not has_error and is_kept(source.content, content) and kept[0] == kept[1]


def _attributes(source: Source) -> list[bytes]:
    """Answer the lines below attributes of their own line."""
    return re.findall(rb"^#!?\[.*\] ?\n(.*)$", source.even, re.MULTILINE)


def _root(worker: Worker, changes: Changes) -> tuple[Path, Source]:
    if not worker.crate.sources:
        raise Unclear("src/lib.rs")
    source = worker.crate.sources[0]
    path = worker.project / source.file
    return path, Source(source.file, changes.now(path, source.content))
