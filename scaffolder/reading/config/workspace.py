"""The Cargo workspace that a crate belongs to, which may hold its dependencies, its profiles and its lock.

All of it as in Cargo 1.96: the nearest workspace above a crate that does not exclude it takes the crate for a member,
and refuses it if it is none. Neither the root of a repository nor the project's folder ends the search.

Not here: the workers in it (`project.py`).
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scaffolder.core.errors import BadInput
from scaffolder.reading.config.cargo_manifest import TABLES, Manifest
from scaffolder.reading.config.document import Document
from scaffolder.reading.config.members import is_excluded, members
from scaffolder.reading.source import Source
from scaffolder.system.untrusted_files import is_there, searchable

END = ("target", "package")
"""The last parts of a folder at which Cargo's search upwards ends: that in which it verifies a package."""


@dataclass(frozen=True)
class Workspace:
    """A Cargo workspace.

    Args:
        folder: Its folder.
        document: Its Cargo.toml.
    """

    folder: Path
    document: Document

    def listed(self) -> list[Path]:
        """Return the folders of the members that its manifest lists, in their order.

        Raises:
            BadInput: Cargo would refuse a pattern.
        """
        return members(self.folder, self.document.get("workspace"))

    def members(self) -> list[Path]:
        """Return the folders of all members: those listed, and those that members depend on by path.

        Raises:
            BadInput: Cargo would refuse a pattern.
        """
        found = dict.fromkeys(self.listed())
        waiting = [self.folder, *found]
        while waiting:
            for folder in path_dependencies(waiting.pop(), self):
                if folder not in found and folder != self.folder and self._takes(folder):
                    found[folder] = None
                    waiting.append(folder)
        return list(found)

    def excludes(self, folder: Path) -> bool:
        """Return whether Cargo looks for the workspace of a folder further up."""
        return is_excluded(self.folder, self.document.get("workspace"), folder)

    def _takes(self, folder: Path) -> bool:
        """Return whether a crate that a member depends on becomes a member, too."""
        if self.excludes(folder) or not is_there(folder / "Cargo.toml"):
            return False
        if folder.is_relative_to(self.folder):
            return True
        claimed = claimed_by(self.folder, folder)
        return claimed is not None and claimed.folder == self.folder


def around(folder: Path) -> Iterator[Path]:
    """Yield the folder of the workspace above a worker's, if it is a member of one.

    Raises:
        BadInput: A Cargo.toml does not parse.
    """
    workspace = of_crate(folder, folder)
    if workspace is not None and workspace.folder != folder:
        yield workspace.folder


def of_crate(project: Path, folder: Path) -> Workspace | None:
    """Return the workspace that a crate is a member of, or None; it may be outside of the project."""
    workspace = claimed_by(project, folder)
    if workspace is None or workspace.folder == folder:
        return workspace
    is_member = folder in workspace.listed() or folder in workspace.members()
    return workspace if is_member else None


def claimed_by(project: Path, folder: Path) -> Workspace | None:
    """Return the workspace that Cargo takes a crate for a member of, whether or not it is one; or None.

    Args:
        project: The project's folder.
        folder: The crate's, with or without a Cargo.toml. It is a real path, as the current folder is for Cargo.

    Raises:
        BadInput: A Cargo.toml on the way does not parse.
    """
    for above in (folder, *folder.parents):
        if above.parts[-2:] == END and above != folder:
            return None
        document = manifest(project, above)
        if document is None:
            continue
        if document.get("workspace") is not None:
            found = Workspace(above, document)
            if above == folder or not found.excludes(folder):
                return found
        elif isinstance(pointer := document.get("package", "workspace"), str):
            return _pointed_to(project, Path(os.path.normpath(above / pointer)))
    return None


def manifest(project: Path, folder: Path) -> Document | None:
    """Return the Cargo.toml of a folder, or None if it has none that can be read.

    Raises:
        BadInput: It does not parse.
    """
    path = folder / "Cargo.toml"
    if not (is_there(path) and path.is_file()):
        return None
    from scaffolder.reading.config import toml_parser  # noqa: PLC0415 - `new` looks here, mostly in vain

    try:
        return toml_parser.read(Source.read(project, path))
    except OSError:
        return None


def path_dependencies(folder: Path, workspace: Workspace | None) -> list[Path]:
    """Return the folders of the crates that a crate depends on by path, of every kind and for every target.

    Args:
        folder: The crate's.
        workspace: The workspace that its inherited dependencies come from.
    """
    try:
        document = manifest(folder, folder)
    except BadInput:
        # It is reported where it is read for its own sake.
        return []
    if document is None:
        return []
    above = workspace.document if workspace else None
    found = (each for kind in TABLES for each in Manifest(document, above).dependencies(kind) if each.folder)
    homes = ((workspace.folder if each.is_inherited and workspace else folder, each.folder) for each in found)
    return list(dict.fromkeys(Path(os.path.normpath(home / path)) for home, path in homes))


def _pointed_to(project: Path, folder: Path) -> Workspace | None:
    document: Any = manifest(project, folder)
    return Workspace(folder, document) if document is not None else None


def by_path(
    home: Path, cargo: Manifest, workspace: Workspace | None, read: Callable[[Path], Manifest]
) -> dict[Path, Manifest]:
    """Return the manifests of the crates that a crate depends on by path, directly or not, by their folders.

    Args:
        home: The folder of the crate.
        cargo: Its manifest.
        workspace: The workspace that it is a member of, or None.
        read: Reads the manifest in a folder.
    """
    found: dict[Path, Manifest] = {}
    waiting = [(home, cargo)]
    while waiting:
        start, manifest = waiting.pop()
        for folder in _folders(start, manifest, workspace):
            if folder not in found and has_package(folder):
                found[folder] = read(folder)
                waiting.append((folder, found[folder]))
    return found


def _folders(home: Path, manifest: Manifest, workspace: Workspace | None) -> Iterator[Path]:
    for dependency in manifest.dependencies():
        start = workspace.folder if dependency.is_inherited and workspace else home
        # In a checkout of workers-rs, `worker` is such a crate, but its Rust is the platform's.
        if dependency.folder and dependency.package != "worker":
            yield (start / dependency.folder).resolve()


def has_package(folder: Path) -> bool:
    """Return whether a folder has a Cargo.toml with a package, without parsing it."""
    path = folder / "Cargo.toml"
    return re.search(r"^\s*\[\s*package\s*\]", searchable(path), re.MULTILINE) is not None
