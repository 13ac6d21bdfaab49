"""Finds Cargo's settings outside of a project that reach its build: in the folders above, and in Cargo's home.

Not here: Cargo's settings as variables (`build_env.py`), and the project's own `.cargo/config.toml`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scaffolder.core.errors import BadInput
from scaffolder.system import untrusted_files

NAMES = ("config", "config.toml")
"""The file that Cargo prefers comes first."""

CHANGING = ("build", "target", "profile", "env", "host", "patch", "paths", "unstable", "resolver")
"""The tables by which a build gives another result; all others are about the network, the terminal and the like."""

HARMLESS = {"build.jobs"}


@dataclass(frozen=True)
class OutsideSettings:
    """Settings outside of a project.

    Args:
        file: The file.
        names: The settings in it that may change a build, such as `build.rustflags`.
    """

    file: str
    names: tuple[str, ...]


def outside(project: Path) -> list[OutsideSettings]:
    """Return the settings outside of a project that may change its build, the nearest first.

    Args:
        project: The project's real folder.
    """
    home = Path(os.environ.get("CARGO_HOME") or Path.home() / ".cargo")
    folders = dict.fromkeys([*(above / ".cargo" for above in project.parents), home])
    files = [next((folder / name for name in NAMES if (folder / name).is_file()), None) for folder in folders]
    found = [OutsideSettings(str(file), tuple(_names(file))) for file in files if file]
    return [each for each in found if each.names]


def _names(file: Path) -> Iterator[str]:
    for table in CHANGING:
        value = _read(file).get(table)
        if isinstance(value, dict):
            yield from (name for key in value if (name := f"{table}.{key}") not in HARMLESS)
        elif value:
            yield table


def _read(file: Path) -> dict[str, Any]:
    try:
        return untrusted_files.toml(untrusted_files.content(file).decode("utf-8-sig"))
    except (OSError, ValueError, BadInput):
        # Cargo names it when it refuses it.
        return {}
