"""What kind of machine this is: the facts that decide which ways to a tool are open.

Not here: which tools are there (`inventory.py`), and the ways themselves.
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
    """The facts, each of which a test may set.

    Args:
        platform: `linux`, `darwin` or another name of `sys.platform`.
        search: The user's PATH.
        is_root: Whether packages may be installed as we are.
        has_terminal: Whether somebody could type a password.
        system_bin: Where the system's packages put their programs.
    """

    platform: str = sys.platform
    search: str = field(default_factory=lambda: os.environ.get("PATH", os.defpath))
    is_root: bool = field(default_factory=lambda: hasattr(os, "geteuid") and os.geteuid() == 0)
    has_terminal: bool = field(default_factory=sys.stdin.isatty)
    system_bin: Path = Path("/usr/bin")

    def find(self, program: str) -> Path | None:
        """Answer the program that the user's PATH means by a name."""
        found = process.find(program, self.search)
        return Path(found) if found else None

    def find_all(self, program: str) -> list[Path]:
        """Answer every program of that name on the user's PATH, each file once."""
        each = [process.find(program, folder) for folder in self.search.split(os.pathsep)]
        files = {Path(found).resolve(): Path(found) for found in reversed(each) if found}
        return list(reversed(files.values()))

    @property
    def has_apt(self) -> bool:
        """Whether the system's packages are Debian's."""
        return self.platform == "linux" and all(map(self.find, ("apt-get", "dpkg-query")))

    def as_root(self, argv: Sequence[str]) -> list[str]:
        """Answer a command as it has to be given to run as root."""
        return [*argv] if self.is_root else ["sudo", *argv]
