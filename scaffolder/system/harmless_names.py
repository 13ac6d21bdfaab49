"""Recognises names in other people's trees that lead out of a folder, or into the folder of a git repository.

Not here: what is in the files (`untrusted_files.py`).
"""

from __future__ import annotations

import re

DEEPEST = 32
"""Folders in each other."""

LONGEST = 1024
"""Bytes of a path."""

IGNORABLE = re.compile("[\u200c-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
"""Characters that a file system of Apple leaves out when it compares names."""


def why_harmful(path: str) -> str:
    """Return why a path in other people's tree is harmful, or an empty text.

    Args:
        path: The path, relative and with slashes.
    """
    parts = path.split("/")
    is_absolute = path.startswith("/") or "\\" in path or re.match(r"[A-Za-z]:", path)
    reasons = {
        "it is not a relative path": is_absolute,
        "it leads out of its folder": any(part in {"", ".", ".."} for part in parts),
        "files in .git can run programs": any(map(is_git, parts)),
        "it has unprintable characters": not path.isprintable(),
        f"it is more than {DEEPEST} folders deep": len(parts) > DEEPEST,
        f"it is longer than {LONGEST} bytes": len(path.encode(errors="surrogateescape")) > LONGEST,
    }
    return next((reason for reason, applies in reasons.items() if applies), "")


def is_git(name: str) -> bool:
    """Return whether some file system takes a name for `.git`: in another case, shortened, or with more behind it."""
    plain = IGNORABLE.sub("", name).lower()
    return re.fullmatch(r"(\.git|git~\d+)([ .]*|:.*)", plain) is not None
