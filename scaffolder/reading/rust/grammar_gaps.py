"""Hides valid syntax that the grammar does not know, so that one line does not make a whole file unreadable.

Spaces take the place of the words, so that every offset stays; the text of a node is read from the file itself.

Not here: syntax that the grammar knows (`parser.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node, Tree

from scaffolder.reading.source import Source, refuse

UNKNOWN = re.compile(
    # An opaque type in a block of `extern`, as wasm-bindgen has them for the classes of JavaScript.
    rb"\bpub\b\s*(?:\([^()]*\))?(?=\s*\btype\s+(?:r#)?\w+\s*(?:<[^;{}=]*>)?\s*;)"
    # An item of a block of `unsafe extern`.
    rb"|\b(?:un)?safe(?=\s+type\s)"
    rb"|\bsafe(?=\s+(?:fn|static)\b)"
)


def hidden(code: bytes) -> bytes:
    """Return a file's code with spaces in place of the words that the grammar does not know, at the same offsets."""
    return UNKNOWN.sub(lambda found: re.sub(rb"[^\n]", b" ", found[0]), code)


def first_error(root: Node) -> Node | None:
    """Return the first node of a tree that does not parse, or that lacks something; None if all of it parses."""
    return next(_errors(root), None) if root.has_error else None


def is_local(root: Node) -> bool:
    """Return whether all errors of a tree are inside of items that parse around them, as those of unknown syntax are.

    A file that no compiler takes has most often an item that does not even begin or end as one.
    """
    return not any(child.is_error for child in root.children) and not any(each.is_missing for each in _errors(root))


def _errors(node: Node) -> Iterator[Node]:
    waiting = [node]
    while waiting:
        each = waiting.pop()
        if each.is_error or each.is_missing:
            yield each
        elif each.has_error:
            waiting += reversed(each.children)


BRACKET = re.compile(rb"[(\[{)\]}]")
DEEPEST = 256
"""Levels of brackets; rustc itself ends at 128 levels of most things, unless a crate raises its `recursion_limit`."""

LONGEST = 1000
"""Levels of the syntax tree. A chain of calls has two for each; a search in a deeper tree takes time by its square."""

ATTRIBUTES = re.compile(rb"(?:#!?\s*\[[^\]\n]*\]\s*){100}")


def refuse_brackets(source: Source) -> None:
    """Refuse what takes a parser minutes; strings and comments may hold brackets, too.

    Raises:
        BadInput: It is nested too deep, or an item has too many attributes.
    """
    depth = deepest = 0
    for found in BRACKET.finditer(source.even):
        depth = depth + 1 if found[0] in b"([{" else max(depth - 1, 0)
        deepest = max(deepest, depth)
    if deepest > DEEPEST:
        raise refuse(source, 0, f"it is nested more than {DEEPEST} levels deep")
    if listed := ATTRIBUTES.search(source.even):
        raise refuse(source, listed.start(), "an item has more than 100 attributes")


def refuse_levels(source: Source, tree: Tree) -> None:
    """Refuse a syntax tree in which a search takes minutes, or ends with a RecursionError.

    Raises:
        BadInput: It is too deep, as that of a long chain of calls is.
    """
    if len(source.even) > LONGEST and _levels(tree) > LONGEST:
        raise refuse(source, 0, f"an expression or a chain of calls has more than {LONGEST} parts")


def _levels(tree: Tree) -> int:
    """Return the number of levels of a syntax tree, without recursion."""
    cursor, level, deepest = tree.walk(), 1, 1
    while True:
        if cursor.goto_first_child():
            level += 1
            deepest = max(deepest, level)
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return deepest
            level -= 1
