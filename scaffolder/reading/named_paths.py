"""Finds the files and folders outside of a project that its files name: `include_str!("../../shared/text.txt")`.

Only what begins with `../` and exists is found: in the arguments of macros and attributes of Rust, in the lines by
which build scripts name their inputs to Cargo, in wrangler files and in package.json.

Not here: paths in manifests (`cargo_neighbours.py`, `npm_neighbours.py`), and paths that are computed.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from scaffolder.system.untrusted_files import is_there, searchable

UP = r"((?:\.\./)+[^\"\n{}]*)"
HOME = r"env!\s*\(\s*\"CARGO_MANIFEST_DIR\"\s*\)\s*,\s*\"/"

RUST = re.compile(
    rf"""
    \w+!\s*[(\[{{]\s*(?:\"|{HOME}){UP}\"                # include_str!("../x"), or with CARGO_MANIFEST_DIR before it
    | \#!?\[\s*[\w:]+\s*(?:=|\([^\"\n]*=)\s*\"{UP}\"    # #[path = "../x"], #[folder(path = "../x")]
    | rerun-if-changed={UP}
    """,
    re.VERBOSE,
)
SCRIPT = re.compile(r"(?<![\w/.])(?:\.\./)+[\w./-]*")


def in_rust(crate: Path, file: Path) -> Iterator[Path]:
    """Yield the paths that a source of a crate names, seen from its folder or from the crate's."""
    for found in RUST.finditer(searchable(file)):
        yield from _existing(next(filter(None, found.groups())), (file.parent, crate))


def in_text(file: Path) -> Iterator[Path]:
    """Yield the paths that a wrangler file or a package.json names, seen from its folder."""
    for found in SCRIPT.finditer(searchable(file)):
        yield from _existing(found[0], (file.parent,))


def _existing(word: str, homes: Iterable[Path]) -> Iterator[Path]:
    for home in homes:
        path = Path(os.path.normpath(home / word))
        if is_there(path):
            yield path
