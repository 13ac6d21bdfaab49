"""The crates that a crate depends on by path.

Not here: their Rust (`crate.py`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from scaffolder.reading.config.cargo_manifest import Manifest
from scaffolder.reading.config.workspace import Workspace
from scaffolder.system.untrusted_files import searchable


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
