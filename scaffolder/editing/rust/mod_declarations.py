"""Adds `mod name;` to the text of a crate's root, where rustfmt would have it, and removes it.

rustfmt sorts modules on consecutive lines, and leaves groups with an empty line between them alone.

Not here: the contents of a module (`kinds/`), and when one is declared (`crate_root.py`).
"""

from __future__ import annotations

import re

from scaffolder.core.text_edit import TextEdit, apply_edits
from scaffolder.editing import lines
from scaffolder.editing.operations import Unclear
from scaffolder.editing.verify import parsed_rust, verified_rust
from scaffolder.reading.rust.parser import RustFile
from scaffolder.reading.rust.resolution import Names
from scaffolder.reading.source import BOM, Source

DECLARED = re.compile(rb"^(?:pub(?:\([a-z]+\))? )?mod (\w+); ?$", re.MULTILINE)
INNER = {"inner_attribute_item", "line_comment", "block_comment", "shebang"}


def has_plain(source: Source, name: str) -> bool:
    """Return whether a crate's root has `mod NAME;` without attributes or visibility on its line."""
    return _plain(source, name) is not None


def added(source: Source, name: str) -> bytes:
    """Return a crate's root with one more module, or as it is if it declares that module.

    Raises:
        Unclear: It cannot be parsed, or something else has that name.
    """
    if name.encode() in DECLARED.findall(source.even):
        return source.content
    file = parsed_rust(source)
    items = [node for node in file.tree.root_node.named_children if node.type == "mod_item"]
    taken = [file.text(found) for node in items if (found := node.child_by_field_name("name")) is not None]
    if name in taken or name in Names([file]).aliases(file):
        raise Unclear
    return verified_rust(source, apply_edits(source.content, [_insertion(file, name)]))


def removed(source: Source, name: str) -> bytes:
    """Return a crate's root without a module; one that is not declared plainly stays.

    Raises:
        Unclear: The file cannot be parsed.
    """
    found = _plain(source, name)
    if found is None:
        return source.content
    start, end = found.start(), lines.after(source.content, found.start())
    after = verified_rust(source, apply_edits(source.content, [TextEdit(source.file, start, end, "")]))
    # The first module of a file is written with an empty line below it.
    wider = source.content[:start] + source.content[lines.after(source.content, end) :]
    is_blank = not source.content[end : lines.after(source.content, end)].strip()
    if is_blank and added(Source(source.file, wider), name) == source.content:
        return wider
    return after


def _plain(source: Source, name: str) -> re.Match[bytes] | None:
    return re.search(rb"^mod " + name.encode() + rb"; ?$", source.even, re.MULTILINE)


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
    """Return the first modules on consecutive lines."""
    group: list[re.Match[bytes]] = []
    for found in DECLARED.finditer(source.even):
        between = source.even[group[-1].end() : found.start()] if group else b""
        if group and not re.fullmatch(rb"\n(?:#\[[^\n]*\] ?\n)*", between):
            break
        group.append(found)
    return group


def _attributes_above(source: Source, at: int) -> int:
    """Return where the attributes and comments of a module begin."""
    start = lines.above(source.content, at)
    while start and source.content[lines.start_of(source.content, start - 1) : start].startswith(b"#["):
        start = lines.above(source.content, start - 1)
    return start


def _head(file: RustFile) -> int:
    """Return where the first item begins, with the comments and attributes right above it.

    Raises:
        Unclear: There is none.
    """
    content = file.source.content
    for node in file.tree.root_node.named_children:
        is_inner = node.type in INNER and file.text(node).startswith(("//!", "/*!", "#!"))
        if not is_inner:
            return max(lines.start_of(content, node.start_byte), len(BOM) if content.startswith(BOM) else 0)
    raise Unclear(file.source.file)
