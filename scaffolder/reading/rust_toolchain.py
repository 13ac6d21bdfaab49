"""Finds the Rust that a project asks for, in rust-toolchain.toml or rust-toolchain, as rustup finds it.

Not here: getting that Rust (`project_rust.py`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from scaffolder.system.untrusted_files import searchable

NAMES = ("rust-toolchain", "rust-toolchain.toml")
"""The files, in the order in which rustup looks for them in a folder and in those above."""

CHANNEL = re.compile(r"^\s*channel\s*=\s*[\"']([^\"'\n]+)[\"']", re.MULTILINE)
PLAIN = re.compile(r"\s*([\w.+-]+)\s*")
"""The older form of the file: the name of a toolchain, and nothing else."""

NAME = re.compile(r"(stable|beta|nightly|\d+\.\d+(?:\.\d+)?)(?:-(\d{4}-\d{2}-\d{2}))?(?:-[a-z]\w*(?:-\w+)*)?")
"""A channel with a date or not, and the host or not."""


@dataclass(frozen=True)
class Channel:
    """A Rust that a project asks for.

    Args:
        name: The toolchain's name without the host, such as `1.96.0`, `stable` or `nightly-2026-10-28`.
        file: The file that asks for it.
    """

    name: str
    file: Path

    def includes(self, release: str) -> bool:
        """Return whether a release, such as `1.96.0`, is one of this channel."""
        if self.name == "stable":
            return "-" not in release
        return release == self.name or release.startswith(f"{self.name}.")


def channel(folder: Path) -> Channel | None:
    """Return the Rust that builds in a folder ask rustup for, or None."""
    for home in (folder, *folder.parents):
        for name in NAMES:
            found = _name_in(home / name)
            if found:
                return Channel(found, home / name)
    return None


def _name_in(file: Path) -> str:
    try:
        text = searchable(file)
    except OSError:
        # Outside of the project, where rustup cannot read it either.
        return ""
    found = CHANNEL.search(text) or (PLAIN.fullmatch(text) if file.name == NAMES[0] else None)
    if found is None:
        return ""
    known = NAME.fullmatch(found[1])
    return "-".join(filter(None, known.groups())) if known else found[1]
