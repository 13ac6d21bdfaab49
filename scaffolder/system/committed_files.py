"""Finds what git keeps of some files: those that it tracks, and all lines that were ever committed in them.

Not here: making commits, and whole versions of a file (`git_repository.py`).
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from scaffolder.system import process

LIMIT = 5.0
"""Seconds after which a history counts as too long to be searched."""

OPTIONS = ("-c", "core.fsmonitor=false", "-c", "safe.bareRepository=explicit", "-c", "core.quotePath=false")
"""Programs that a repository's configuration names are not run."""

VARIABLES = {"GIT_NO_LAZY_FETCH": "1", "GIT_OPTIONAL_LOCKS": "0"}
"""Nothing is fetched, and nothing is written."""

LOG = ("log", "--all", "--abbrev=12", "--format=commit %h", "--patch", "--unified=0", "--relative", "--no-renames")
HARMLESS = ("--no-color", "--no-ext-diff", "--no-textconv", "--no-show-signature")


@dataclass(frozen=True)
class CommittedLine:
    """A line that a commit added to a file.

    Args:
        commit: The commit's short name.
        file: The file, relative to the folder that was searched.
        text: The line.
    """

    commit: str
    file: str
    text: str


def tracked(folder: Path, patterns: Sequence[str]) -> list[str]:
    """Return the files that git tracks now; none outside of a repository.

    Args:
        folder: The folder that they are in.
        patterns: Git's patterns of their names.
    """
    return _git(folder, "ls-files", "--", *patterns).splitlines()


def committed_lines(folder: Path, patterns: Sequence[str]) -> list[CommittedLine]:
    """Return every line that a commit of any branch added to some files; none where the history is too long.

    Args:
        folder: The folder that they are in.
        patterns: Git's patterns of their names.
    """
    found, commit, file = [], "", ""
    for line in _git(folder, *LOG, *HARMLESS, "--", *patterns).splitlines():
        if named := re.fullmatch(r"commit (\w+)", line):
            commit = named[1]
        elif line.startswith("+++ "):
            file = line.removeprefix("+++ ").removeprefix("b/")
        elif line.startswith("+"):
            found.append(CommittedLine(commit, file, line[1:]))
    return found


def _git(folder: Path, *words: str) -> str:
    """Return what git prints, or an empty text if it fails or takes too long."""
    program = process.which("git", os.environ.get("PATH", os.defpath))
    if program is None or not any((each / ".git").exists() for each in (folder, *folder.parents)):
        return ""
    with TemporaryDirectory(prefix="scaffold-") as place:
        environment = {**os.environ, **VARIABLES}
        log = Path(place) / "git.log"
        ran = process.run([program, *OPTIONS, *words], cwd=folder, env=environment, log=log, limit=LIMIT)
    return ran.output if ran.is_ok else ""
