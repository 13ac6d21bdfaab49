"""Hides valid syntax that the grammar does not know, so that one line does not make a whole file unreadable.

Spaces take the place of the words, so that every offset stays; the text of a node is read from the file itself.

Not here: syntax that the grammar knows (`parser.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

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
