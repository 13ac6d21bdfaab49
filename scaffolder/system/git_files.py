"""Refuses a repository whose own files are pipes, devices or sockets: git, which opens them, would wait for ever.

Not here: what git does (`git_repository.py`).
"""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

from scaffolder.core.errors import BadInput, IOFailure
from scaffolder.system import untrusted_files

OPENED = (
    "HEAD",
    "commondir",
    "config",
    "config.worktree",
    "index",
    "info/attributes",
    "info/exclude",
    "info/grafts",
    "objects/info/alternates",
    "packed-refs",
    "shallow",
)
"""The files in the folder of a repository that nearly every command of git opens."""

LARGEST_LINK = 4096
"""Bytes of a `.git` that names another folder."""


def refuse_unusual(folder: Path) -> None:
    """Refuse the repository around a folder if one of its files is not a regular one.

    Raises:
        IOFailure: One is not.
    """
    home = next((each / ".git" for each in (folder, *folder.parents) if (each / ".git").exists()), None)
    if home is None:
        return
    _refuse(home, stat.S_ISREG, stat.S_ISDIR)
    whole = _meant(home)
    for each in dict.fromkeys((whole, *_common(whole))):
        for name in OPENED:
            _refuse(each / name, stat.S_ISREG)


def _meant(home: Path) -> Path:
    """Return the folder of a repository, which the `.git` of a worktree or a submodule names."""
    text = _text(home) if home.is_file() else ""
    return home.parent / text.removeprefix("gitdir:").strip() if text.startswith("gitdir:") else home


def _common(home: Path) -> list[Path]:
    """Return the folder that a worktree shares with others, if there is one."""
    path = home / "commondir"
    _refuse(path, stat.S_ISREG)
    return [home / _text(path).strip()] if path.is_file() else []


def _text(path: Path) -> str:
    try:
        return untrusted_files.content(path, largest=LARGEST_LINK).decode("utf-8", errors="replace").replace("\0", "")
    except (BadInput, OSError):
        return ""


def _refuse(path: Path, *kinds: Callable[[int], bool]) -> None:
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):
        return
    if not any(kind(mode) for kind in kinds):
        raise IOFailure(
            what="cannot use the git repository",
            where=str(path),
            why=f"it is {untrusted_files.KINDS.get(stat.S_IFMT(mode), 'something else')}, not a regular file",
            fix="replace it with a regular file, or remove it",
        )
