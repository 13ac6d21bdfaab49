"""Finds the project that a folder is in.

Not here: reading it (`project.py`).
"""

from __future__ import annotations

import re
from pathlib import Path

from scaffolder.reading.config.config_search import CONFIGS


def around(folder: Path) -> Path:
    """Return the nearest folder, from one upwards, that has a wrangler file; or the folder itself if none has.

    The search ends at the root of a git repository, and does not begin in the root of a Cargo workspace, whose members
    are the workers.
    """
    start = folder.absolute()
    if _is_workspace(start):
        return folder
    for each in (start, *start.parents):
        if any((each / name).is_file() for name in CONFIGS):
            return folder if each == start else each
        if (each / ".git").exists():
            break
    return folder


def _is_workspace(folder: Path) -> bool:
    path = folder / "Cargo.toml"
    return path.is_file() and re.search(rb"^\s*\[\s*workspace\b", path.read_bytes(), re.MULTILINE) is not None
