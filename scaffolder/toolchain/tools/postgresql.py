"""Finds the programs of PostgreSQL, which are needed only to validate templates that use a database.

Not here: their installation by the system's package manager (`apt.py`), and the server, which a project's tests start.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from scaffolder.toolchain.probes import Probes

NAME = "postgresql"
"""The name among a manifest's tools, and of the Debian package."""

PROGRAM = "initdb"
"""The program that only a package with the server has, and that runs as root if it only prints its version."""


@dataclass(frozen=True)
class Postgresql:
    """A PostgreSQL whose programs run.

    Args:
        programs: Their folder.
        version: Its version.
    """

    programs: Path
    version: str


def find(probes: Probes) -> Postgresql | None:
    """Return the first PostgreSQL that prints its version, starting with `POSTGRES_BIN`.

    Args:
        probes: Runs its programs.
    """
    named = [Path(os.environ["POSTGRES_BIN"])] if "POSTGRES_BIN" in os.environ else []
    # Debian has a folder for each version, which is not on the PATH.
    debian = sorted((probes.machine.system_bin.parent / "lib" / "postgresql").glob("*/bin"), key=_release)
    on_path = probes.machine.find(PROGRAM)
    for folder in [*named, *reversed(debian), *([on_path.parent] if on_path else [])]:
        if version := probes.version([folder / PROGRAM, "--version"]):
            return Postgresql(folder, version)
    return None


def _release(programs: Path) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", programs.parent.name)]
