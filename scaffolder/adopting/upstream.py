"""Recognises files that `cargo generate` made of the templates of cloudflare/workers-rs, and that nobody has edited.

`upstream_files.json` has no texts: for each file of each version, the lengths of its literal parts, what is put between
them, and the digest of the parts. A file is untouched if it has these parts, with the project's own name and authors
and any date between them, and nothing else but empty lines before it.

Not here: the table's source (`tests/upstream.py`), and what follows for the project (`recognition.py`).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

DATE = re.compile(rb"\d{4}-\d{2}-\d{2}")

AUTHORS = re.compile(rb'^authors = \[ ?"(.*)" ?\]\r?$', re.MULTILINE)
NAME = re.compile(rb'^name = "([^"\n]*)"', re.MULTILINE)


def untouched(files: Mapping[str, bytes]) -> dict[str, frozenset[str]]:
    """Return the files of a project that are as `cargo generate` made them, with the templates that have such a file.

    Args:
        files: The project's files by their paths.
    """
    values = _values(files.get("Cargo.toml", b""))
    found: dict[str, set[str]] = {}
    for path, parts, digest, templates in _table():
        # Where a tag of the template stood at the start, its renderer may leave empty lines.
        if path in files and _is_made_of(files[path].replace(b"\r\n", b"\n").lstrip(b"\n"), parts, digest, values):
            found.setdefault(path, set()).update(templates)
    return {path: frozenset(templates) for path, templates in found.items()}


@cache
def paths() -> frozenset[str]:
    """Return the paths of all files that a template has ever had."""
    return frozenset(entry[0] for entry in _table())


@cache
def _table() -> list[tuple[str, list[int | str], str, list[str]]]:
    text = Path(__file__).with_name("upstream_files.json").read_text(encoding="utf-8")
    return [(path, parts, digest, templates) for path, parts, digest, templates in json.loads(text)["files"]]


def _values(manifest: bytes) -> dict[str, bytes]:
    """Return what was put into a project's files: it stands in its Cargo.toml, whatever else was edited there."""
    found = {"name": NAME.search(manifest), "authors": AUTHORS.search(manifest)}
    return {kind: match[1].rstrip(b"\r") for kind, match in found.items() if match}


def _is_made_of(content: bytes, parts: Sequence[int | str], digest: str, values: Mapping[str, bytes]) -> bool:
    literal, at = [], 0
    for part in parts:
        if isinstance(part, int):
            literal.append(content[at : at + part])
            at += part
        elif part == "date":
            match = DATE.match(content, at)
            at += len(match[0]) if match else 0
        else:
            value = values.get(part)
            if value is None or not content.startswith(value, at):
                return False
            at += len(value)
    return at == len(content) and hashlib.sha256(b"".join(literal)).hexdigest() == digest
