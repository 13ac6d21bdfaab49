"""Finds the folders of a Cargo workspace's members, as Cargo does.

Not here: which of them are workers (`project.py`), and members that are so by a path alone, which Cargo adds.
"""

from __future__ import annotations

import glob
import os
import re
from pathlib import Path
from typing import Any

from scaffolder.core.errors import BadInput

ODD = re.compile(r"[^/]\*\*|\*\*[^/]|\0")
"""What Cargo refuses in a pattern, and Python takes for something else or trips over."""


def members(folder: Path, workspace: Any) -> list[Path]:
    """Return the folders of a workspace's members, in the order in which they are written, but for its own.

    `exclude` holds for what a pattern finds; a member that is listed itself stays one. Both as `cargo metadata` of
    1.96 answers.

    Args:
        folder: The workspace's folder.
        workspace: What its Cargo.toml says under `workspace`.

    Raises:
        BadInput: A pattern means nothing to Cargo.
    """
    patterns, excluded = (_texts(workspace, key) for key in ("members", "exclude"))
    listed, left_out = ([_joined(folder, text) for text in texts] for texts in (patterns, excluded))
    found = [path for pattern in patterns for path in _found(folder, pattern)]
    return [
        path
        for path in dict.fromkeys(found)
        if path != folder and path.is_dir() and (_is_within(path, listed) or not _is_within(path, left_out))
    ]


def _found(folder: Path, pattern: str) -> list[Path]:
    if ODD.search(pattern):
        raise BadInput(
            what="Cargo.toml names members that cannot be found",
            where=str(folder / "Cargo.toml"),
            why=f"{pattern!r} is no pattern that Cargo takes",
            fix="mend the pattern under `members`",
        )
    if not glob.has_magic(pattern):
        return [_joined(folder, pattern)]
    # A path's own method stumbles over `.` and over whole paths.
    found = glob.glob(pattern, root_dir=folder, recursive=True, include_hidden=True)  # noqa: PTH207
    return [_joined(folder, path) for path in sorted(found)]


def _texts(workspace: Any, key: str) -> list[str]:
    """Return a list of texts; of anything else, which Cargo refuses, none."""
    found = workspace.get(key) if isinstance(workspace, dict) else None
    return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []


def _joined(folder: Path, path: str) -> Path:
    return Path(os.path.normpath(folder / path))


def _is_within(path: Path, others: list[Path]) -> bool:
    return any(path.is_relative_to(other) for other in others)
