"""Refuses Rust that is nested so deep, or whose chains are so long, that to analyze it takes minutes.

Not here: the size of a file (`untrusted_files.py`).
"""

from __future__ import annotations

import re

from tree_sitter import Tree

from scaffolder.reading.source import Source, refuse

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
