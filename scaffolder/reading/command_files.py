"""Lists the files in which a project keeps its commands: task files, scripts, workflows.

Not here: package.json, which has other things too, and the meaning of the commands.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

TASKS = ("Makefile", "makefile", "Justfile", "justfile", "Taskfile.yml", "mise.toml")
"""Files other than package.json in which a project may keep its commands."""

PATTERNS = (
    "*.sh",
    "scripts/*",
    ".github/workflows/*.y*ml",
    ".gitlab-ci.yml",
    ".circleci/config.yml",
    "azure-pipelines.yml",
    "bitbucket-pipelines.yml",
)
"""Scripts, and the commands of continuous integration."""


def command_files(project: Path, folders: Iterable[Path]) -> list[Path]:
    """Return the files with commands: the task files of some folders, and the project's scripts and workflows."""
    tasks = [folder / name for folder in folders for name in TASKS]
    others = [path for pattern in PATTERNS for path in sorted(project.glob(pattern))]
    return [path for path in [*tasks, *others] if path.is_file()]
