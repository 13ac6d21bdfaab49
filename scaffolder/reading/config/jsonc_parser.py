"""Reads JSON, and JSON with comments and trailing commas, as wrangler does.

Comments and trailing commas become spaces, byte for byte. The rest is parsed twice: by `json` for the values, and by
tree-sitter for their places.

Not here: the meaning of the keys (`environments.py`).
"""

from __future__ import annotations

import json
import re
from functools import cache

from tree_sitter import Language, Node, Parser

from scaffolder.reading.config.document import Document, Key, Location
from scaffolder.reading.source import Source, refuse
from scaffolder.system.untrusted_files import Unparsable, parsed, strict_json

# An unclosed text or comment matches to its end, too: else each quote or slash in it would be tried to the end again.
COMMENT = re.compile(rb'"(?:\\.|[^"\\\n])*+"?|//[^\n]*|/\*.*?(?:\*/|\Z)', re.DOTALL)
LAST_COMMA = re.compile(rb'"(?:\\.|[^"\\\n])*+"?|,(?=\s*[}\]])', re.DOTALL)


def read(source: Source, *, comments: bool = True) -> Document:
    """Read a JSON file.

    Args:
        source: The file.
        comments: Whether comments and trailing commas are allowed.

    Raises:
        BadInput: It does not parse, or is not an object.
    """
    plain = blank(source.even) if comments else source.even
    try:
        data = parsed(strict_json, plain, json.JSONDecodeError)
    except json.JSONDecodeError as error:
        at = len(plain.decode()[: error.pos].encode())
        raise refuse(source, at, error.msg) from error
    except Unparsable as error:
        raise refuse(source, 0, str(error)) from error
    if not isinstance(data, dict):
        raise refuse(source, 0, "the top level is not an object")
    locations: dict[tuple[Key, ...], Location] = {}
    for node in _parser().parse(plain).root_node.named_children:
        _walk(node, (), locations)
    return Document(source, data, locations)


def blank(content: bytes) -> bytes:
    """Replace comments and trailing commas with spaces."""
    return LAST_COMMA.sub(_spaces, COMMENT.sub(_spaces, content))


def is_unclosed(comment: bytes) -> bool:
    """Return whether a match of `COMMENT` is a comment that has no end, which does not parse."""
    return comment.startswith(b"/*") and not (comment.endswith(b"*/") and len(comment) >= len(b"/**/"))


def _spaces(found: re.Match[bytes]) -> bytes:
    is_kept = found[0].startswith(b'"') or is_unclosed(found[0])
    return found[0] if is_kept else re.sub(rb"[^\n]", b" ", found[0])


@cache
def _parser() -> Parser:
    import tree_sitter_json  # noqa: PLC0415 - a TOML project without a package.json has no use for it

    return Parser(Language(tree_sitter_json.language()))


def _walk(node: Node, path: tuple[Key, ...], locations: dict[tuple[Key, ...], Location]) -> None:
    if node.type == "array":
        for index, element in enumerate(node.named_children):
            locations[*path, index] = Location(None, (element.start_byte, element.end_byte))
            _walk(element, (*path, index), locations)
    elif node.type == "object":
        for pair in node.named_children:
            key, value = pair.child_by_field_name("key"), pair.child_by_field_name("value")
            if key is not None and value is not None:
                inner = (*path, str(json.loads(key.text or b'""')))
                locations[inner] = Location((key.start_byte, key.end_byte), (value.start_byte, value.end_byte))
                _walk(value, inner, locations)
