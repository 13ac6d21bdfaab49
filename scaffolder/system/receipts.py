"""Remembers what an edit added to a project, and what it found there, for the edit that takes it out again.

A receipt is a file in the user's cache, beside the journals, for the same reasons: what lies in a project may come from
anybody. Without one, less is known and nothing fails.

Not here: what is remembered (`origin.py`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from scaffolder.core.errors import IOFailure
from scaffolder.system import journal, paths

SUFFIX = ".receipt"
"""The end of the name of a receipt, by which it is no journal."""


def read(project: Path) -> dict[str, bool]:
    """Return whether an edit added each thing that is known, or else found it there."""
    path = paths.journals() / f"{journal.key(project.resolve())}{SUFFIX}"
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        # A project that was made anew at the same path is another one.
        is_same = found["inode"] == project.stat().st_ino
        return {str(name): value is True for name, value in found["things"].items()} if is_same else {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def update(project: Path, changes: Mapping[str, bool | None]) -> None:
    """Remember some things, and forget those with None; if that fails, nothing is remembered.

    The project's lock has to be held.
    """
    things = {**read(project), **changes}
    known = {name: value for name, value in things.items() if value is not None}
    with suppress(OSError, IOFailure):
        path = journal.home() / f"{journal.key(project.resolve())}{SUFFIX}"
        if not known:
            path.unlink(missing_ok=True)
            return
        partial = path.with_suffix(journal.PARTIAL)
        partial.write_text(json.dumps({"inode": project.stat().st_ino, "things": known}), encoding="utf-8")
        partial.replace(path)
