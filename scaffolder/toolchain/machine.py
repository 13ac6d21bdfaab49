"""Facts about the machine that decide how a tool can be installed.

Not here: the installed tools (`inventory.py`), and their installation (`tools/`).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from scaffolder.system import process


@dataclass(frozen=True)
class Machine:
    """The facts; tests set them explicitly.

    Args:
        platform: `linux`, `darwin` or another value of `sys.platform`.
        search: The user's PATH.
        is_root: Whether packages can be installed without sudo.
        has_terminal: Whether a password can be typed.
        system_bin: The folder of programs from system packages.
    """

    platform: str = sys.platform
    search: str = field(default_factory=lambda: os.environ.get("PATH", os.defpath))
    is_root: bool = field(default_factory=lambda: hasattr(os, "geteuid") and os.geteuid() == 0)
    has_terminal: bool = field(default_factory=sys.stdin.isatty)
    system_bin: Path = Path("/usr/bin")

    def find(self, program: str) -> Path | None:
        """Return the first program of a name on the user's PATH, or None."""
        found = process.which(program, self.search)
        return Path(found) if found else None

    def find_all(self, program: str) -> list[Path]:
        """Return every program of a name on the user's PATH, without links to one of the others."""
        each = [process.which(program, folder) for folder in self.search.split(os.pathsep)]
        # Backwards, so that the first path of a file wins.
        files = {Path(found).resolve(): Path(found) for found in reversed(each) if found}
        return list(reversed(files.values()))

    @property
    def has_apt(self) -> bool:
        """Whether the system's package manager is apt."""
        return self.platform == "linux" and all(map(self.find, ("apt-get", "dpkg-query")))

    def as_root(self, argv: Sequence[str]) -> list[str]:
        """Return a command that runs as root: with sudo where necessary."""
        return [*argv] if self.is_root else ["sudo", *argv]
