"""Finds out whether a project has tests, so that a run of none of them is told from a project that has none.

Not here: running them (`pipeline.py`).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from scaffolder.core.errors import BadInput
from scaffolder.system import untrusted_files

RUST = re.compile(r"#\s*\[\s*(?:\w+\s*::\s*)*\w*test\w*\s*[\](]|^\s*//[/!].*```", re.MULTILINE)
"""An attribute such as `#[test]`, `#[tokio::test]` or `#[wasm_bindgen_test]`, or an example in a doc comment."""

NODE = re.compile(r"(?:^|[._-])(?:test|tests|spec)[._-].*\.?[cm]?[jt]sx?$")
NODE_FOLDERS = {"test", "tests", "__tests__", "spec", "e2e"}
SCRIPT = re.compile(r".*\.[cm]?[jt]sx?")
"""The files that test runners for Node take for tests by their own name, or by that of their folder."""

NOT_OURS = {"node_modules", "target", "build", "dist"}

PLACEHOLDER = "no test specified"
"""What npm writes into a new package.json."""


def in_rust(folder: Path) -> bool:
    """Return whether any Rust below a folder has a test or an example."""
    return any(RUST.search(untrusted_files.searchable(path)) for path in _files(folder) if path.suffix == ".rs")


def in_node(folder: Path) -> bool:
    """Return whether there is a test file for Node below a folder."""
    return any(
        NODE.search(path.name) or (SCRIPT.fullmatch(path.name) and path.parent.name in NODE_FOLDERS)
        for path in _files(folder)
    )


def has_npm_test(folder: Path) -> bool:
    """Return whether package.json has a script for `npm test`; one that cannot be read is left to npm."""
    path = folder / "package.json"
    if not path.is_file():
        return False
    try:
        manifest = untrusted_files.json_file(path)
        script = manifest.get("scripts", {}).get("test")
    except (OSError, BadInput, ValueError, AttributeError):
        return True
    return bool(script) and PLACEHOLDER not in str(script)


def _files(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in NOT_OURS and not name.startswith(".")]
        yield from (Path(place) / name for name in names)
