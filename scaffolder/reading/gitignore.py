"""Decides whether git ignores a file, by the .gitignore files of a project and of the folders around it.

Not here: ignore files of one machine only, such as .git/info/exclude.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from scaffolder.system.untrusted_files import searchable

LONGEST = 4096
"""Characters of a pattern; no path is longer."""


def is_versioned(folder: Path) -> bool:
    """Return whether a folder is under git's control: it is in a repository, or has a .gitignore."""
    return (folder / ".gitignore").is_file() or any((each / ".git").exists() for each in (folder, *folder.parents))


def is_ignored(path: Path, *, is_folder: bool = False) -> bool:
    """Return whether git ignores a path, by its own name or by that of a folder around it."""
    homes = list(_homes(path.parent))
    inside = [each for each in reversed(path.parents) if homes and each.is_relative_to(homes[-1]) and each != homes[-1]]
    return any(_is_matched(each, homes, is_folder=True) for each in inside) or _is_matched(
        path, homes, is_folder=is_folder
    )


def _homes(folder: Path) -> Iterator[Path]:
    """Yield the folders whose .gitignore applies, from the innermost to the root of the repository."""
    chain = [folder, *folder.parents]
    roots = [number for number, each in enumerate(chain) if (each / ".git").exists()][:1]
    roots = roots or [number for number, each in enumerate(chain) if (each / ".gitignore").is_file()][-1:]
    yield from chain[: roots[0] + 1 if roots else 1]


def _is_matched(path: Path, homes: list[Path], *, is_folder: bool) -> bool:
    """Return whether the last pattern that matches ignores the path; the nearest .gitignore takes precedence."""
    for home in homes:
        file = home / ".gitignore"
        if not path.is_relative_to(home) or not file.is_file():
            continue
        for line in reversed(searchable(file).splitlines()):
            pattern = line.strip()
            is_pattern = 0 < len(pattern) <= LONGEST and not pattern.startswith("#")
            if is_pattern and _fits(pattern.removeprefix("!"), path, home, is_folder):
                return not pattern.startswith("!")
    return False


def _fits(pattern: str, path: Path, home: Path, is_folder: bool) -> bool:  # noqa: FBT001
    if pattern.endswith("/") and not is_folder:
        return False
    plain = pattern.rstrip("/")
    inside = path.relative_to(home).as_posix() if "/" in plain else path.name
    try:
        return re.fullmatch(_regex(plain.removeprefix("/")), inside) is not None
    except re.error:
        return False


def _regex(pattern: str) -> str:
    """Translate a pattern of git into a regular expression."""
    words = {"**/": "(?:.*/)?", "/**": "/.*", "*": "[^/]*", "?": "[^/]"}
    parts = re.split(r"(\*\*/|/\*\*|\*|\?|\[[^\]]+\])", pattern)
    return "".join(words.get(part) or (_class(part) if part.startswith("[") else re.escape(part)) for part in parts)


def _class(part: str) -> str:
    return part.replace("[!", "[^")
