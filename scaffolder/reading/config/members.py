"""Finds the folders of a Cargo workspace's members, as Cargo does.

Not here: which of them are workers (`project.py`), and path dependencies, which Cargo makes members, too
(`workspace.py`).
"""

from __future__ import annotations

import glob
import os
import re
from pathlib import Path
from typing import Any

from scaffolder.core.errors import BadInput

ODD = re.compile(r"[^/]\*\*|\*\*[^/]|\0")
"""Parts of a pattern that Cargo refuses, and that Python interprets differently or fails on."""


def members(folder: Path, workspace: Any) -> list[Path]:
    """Return the folders of a workspace's members, in the order of the manifest, except its own folder.

    `exclude` applies to the folders that a pattern matches, and not to members that are listed by path. Both as in
    `cargo metadata` 1.96.

    Args:
        folder: The workspace's folder.
        workspace: The table `workspace` of its Cargo.toml.

    Raises:
        BadInput: Cargo would refuse a pattern.
    """
    found = [path for pattern in _texts(workspace, "members") for path in _found(folder, pattern)]
    return [
        path
        for path in dict.fromkeys(found)
        if path != folder and path.is_dir() and not is_excluded(folder, workspace, path)
    ]


def is_excluded(folder: Path, workspace: Any, crate: Path) -> bool:
    """Return whether a workspace leaves out a crate that is below its folder, and that no pattern may match.

    Args:
        folder: The workspace's folder.
        workspace: The table `workspace` of its Cargo.toml.
        crate: The crate's folder.
    """
    listed, left_out = ([_joined(folder, text) for text in _texts(workspace, key)] for key in ("members", "exclude"))
    return _is_within(crate, left_out) and not _is_within(crate, listed)


def _found(folder: Path, pattern: str) -> list[Path]:
    if ODD.search(pattern):
        raise BadInput(
            what="invalid pattern in workspace members",
            where=str(folder / "Cargo.toml"),
            why=f"{pattern!r} is not a pattern that Cargo accepts",
            fix="correct the pattern under `members`",
        )
    if not glob.has_magic(pattern):
        return [_joined(folder, pattern)]
    # `Path.glob` fails on the pattern `.` and on absolute ones.
    found = glob.glob(pattern, root_dir=folder, recursive=True, include_hidden=True)  # noqa: PTH207
    return [_joined(folder, path) for path in sorted(found)]


def _texts(workspace: Any, key: str) -> list[str]:
    """Return a list of strings; an empty one for anything else, which Cargo refuses."""
    found = workspace.get(key) if isinstance(workspace, dict) else None
    return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []


def _joined(folder: Path, path: str) -> Path:
    return Path(os.path.normpath(folder / path))


def _is_within(path: Path, others: list[Path]) -> bool:
    return any(path.is_relative_to(other) for other in others)
