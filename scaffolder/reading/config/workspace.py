"""The Cargo workspace that a crate belongs to, which may hold its dependencies, its profiles and its lock.

Not here: the workers in it (`project.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scaffolder.reading.config import toml_parser
from scaffolder.reading.config.document import Document
from scaffolder.reading.config.members import members
from scaffolder.reading.source import Source


@dataclass(frozen=True)
class Workspace:
    """A Cargo workspace.

    Args:
        folder: Its folder.
        document: Its Cargo.toml.
    """

    folder: Path
    document: Document

    def members(self) -> list[Path]:
        """Return the folders of its members, in the order of the manifest.

        Raises:
            BadInput: Cargo would refuse a pattern.
        """
        return members(self.folder, self.document.get("workspace"))


MAX_LEVELS = 3
"""Folders above a worker's in which its workspace may be."""


def around(folder: Path) -> Iterator[Path]:
    """Yield the folders above a worker's whose workspace it is a member of.

    Raises:
        BadInput: A Cargo.toml does not parse.
    """
    for above in folder.parents[:MAX_LEVELS]:
        workspace = of_crate(above, above) if (above / "Cargo.toml").is_file() else None
        if workspace is not None and folder in workspace.members():
            yield above


def of_crate(project: Path, folder: Path) -> Workspace | None:
    """Return the workspace that a crate is a member of, or None; it may be outside of the project."""
    for around in (folder, *folder.parents):
        path = around / "Cargo.toml"
        if path.is_file():
            workspace = Workspace(around, toml_parser.read(Source.read(project, path)))
            if workspace.document.get("workspace") is not None:
                return workspace if folder == around or folder in workspace.members() else None
        if (around / ".git").exists():
            break
    return None
