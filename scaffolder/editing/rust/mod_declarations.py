"""Adds `mod name;` to a crate's root and takes it out, where rustfmt would have it.

rustfmt sorts modules that stand on lines right below each other, and leaves groups with an empty line between alone.

Not here: what is in a module (`kinds/`).
"""

from __future__ import annotations

import re
from pathlib import Path

from scaffolder.core.text_edit import TextEdit, apply_edits
from scaffolder.editing import lines
from scaffolder.editing.kind import Changes
from scaffolder.editing.operations import Unclear
from scaffolder.editing.rust.crate_root import proven, root
from scaffolder.reading.project import Worker
from scaffolder.reading.rust.parser import RustFile, parse
from scaffolder.reading.rust.resolution import Names
from scaffolder.reading.source import BOM, Source

DECLARED = re.compile(rb"^(?:pub(?:\([a-z]+\))? )?mod (\w+); ?$", re.MULTILINE)
INNER = {"inner_attribute_item", "line_comment", "block_comment", "shebang"}


def file_of(worker: Worker, name: str) -> Path:
    """Answer the file of a module of the crate's root.

    Raises:
        Unclear: There is no root.
    """
    path, _ = root(worker)
    return path.with_name(f"{name}.rs")


def declare(worker: Worker, name: str, changes: Changes) -> None:
    """Plan `mod NAME;`, unless it is there.

    Raises:
        Unclear: The root has a shape that cannot be changed for certain.
    """
    path, source = root(worker, changes)
    if name.encode() not in DECLARED.findall(source.even):
        changes.change(path, source.content, added(source, name))


def undeclare(worker: Worker, name: str, changes: Changes) -> None:
    """Plan the root without `mod NAME;`.

    Raises:
        Unclear: The root cannot be parsed.
    """
    path, source = root(worker, changes)
    changes.change(path, source.content, removed(source, name))


def added(source: Source, name: str) -> bytes:
    """Answer a crate's root with a module more.

    Raises:
        Unclear: It cannot be parsed, or something else has that name.
    """
    file = _parsed(source)
    items = [node for node in file.tree.root_node.named_children if node.type == "mod_item"]
    taken = [file.text(found) for node in items if (found := node.child_by_field_name("name")) is not None]
    if name in taken or name in Names([file]).aliases(file):
        raise Unclear
    return proven(source, apply_edits(source.content, [_insertion(file, name)]))


def removed(source: Source, name: str) -> bytes:
    """Answer a crate's root without a module; one that is not declared plainly stays.

    Raises:
        Unclear: The file cannot be parsed.
    """
    found = re.search(rb"^mod " + name.encode() + rb"; ?$", source.even, re.MULTILINE)
    if found is None:
        return source.content
    start, end = found.start(), lines.after(source.content, found.start())
    after = proven(source, apply_edits(source.content, [TextEdit(source.file, start, end, "")]))
    # The only one brought an empty line along.
    wider = source.content[:start] + source.content[lines.after(source.content, end) :]
    is_blank = not source.content[end : lines.after(source.content, end)].strip()
    if is_blank and added(Source(source.file, wider), name) == source.content:
        return wider
    return after


def _insertion(file: RustFile, name: str) -> TextEdit:
    source, newline = file.source, lines.newline(file.source.content)
    group = _group(source)
    if not group:
        at = _head(file)
        is_apart = not at or source.content[:at].endswith((b"\n\n", b"\n\r\n"))
        return TextEdit(source.file, at, at, f"{'' if is_apart else newline}mod {name};{newline}{newline}")
    names = [found[1].decode() for found in group]
    later = [found for found in group if found[1].decode() > name] if names == sorted(names) else []
    if later:
        at = _attributes_above(source, later[0].start())
        return TextEdit(source.file, at, at, f"mod {name};{newline}")
    at = lines.end_of(source.content, group[-1].start())
    return TextEdit(source.file, at, at, f"{newline}mod {name};")


def _group(source: Source) -> list[re.Match[bytes]]:
    """Answer the first modules that stand right below each other."""
    group: list[re.Match[bytes]] = []
    for found in DECLARED.finditer(source.even):
        between = source.even[group[-1].end() : found.start()] if group else b""
        if group and not re.fullmatch(rb"\n(?:#\[[^\n]*\] ?\n)*", between):
            break
        group.append(found)
    return group


def _attributes_above(source: Source, at: int) -> int:
    """Answer where the attributes and comments of a module begin."""
    start = lines.above(source.content, at)
    while start and source.content[lines.start_of(source.content, start - 1) : start].startswith(b"#["):
        start = lines.above(source.content, start - 1)
    return start


def _head(file: RustFile) -> int:
    """Answer where the first item begins, with the comments and attributes right above it.

    Raises:
        Unclear: There is none.
    """
    content = file.source.content
    for node in file.tree.root_node.named_children:
        is_inner = node.type in INNER and file.text(node).startswith(("//!", "/*!", "#!"))
        if not is_inner:
            return max(lines.start_of(content, node.start_byte), len(BOM) if content.startswith(BOM) else 0)
    raise Unclear(file.source.file)


def _parsed(source: Source) -> RustFile:
    file = parse(source, "")
    if file.tree.root_node.has_error:
        raise Unclear(source.file)
    return file
