"""Finds the wrangler that serves a project: the pinned one, or that of the project's own Node packages.

Not here: serving it (`dev.py`), and what a project asks for (`node_requirements.py`).
"""

from __future__ import annotations

from pathlib import Path

from scaffolder.catalogue import manifests
from scaffolder.core.errors import ToolMissing
from scaffolder.core.tool import Toolchain
from scaffolder.reading import node_requirements


def modules(folder: Path, toolchain: Toolchain) -> Path:
    """Return the Node packages that have the wrangler which a project asks for.

    Args:
        folder: The project's folder.
        toolchain: The tools.

    Raises:
        BadInput: The project's lock cannot be read.
        ToolMissing: Neither the tool folder nor the project has it.
    """
    pinned = manifests.pins().wrangler_version
    locked = node_requirements.locked_wrangler(folder)
    asked = locked.version if locked else node_requirements.needed(folder).get("wrangler", "")
    own = node_requirements.installed(folder / "node_modules", "wrangler")
    if node_requirements.satisfies(pinned, asked):
        return toolchain.node_modules
    # Without a lock, whatever npm installed is what package.json asks for.
    if node_requirements.satisfies(own, asked) or (own and not locked):
        return folder / "node_modules"
    file = locked.file if locked else "package.json"
    raise ToolMissing(
        what=f"{file} asks for wrangler {asked}, and there is only {own or pinned}",
        where=str(folder),
        why="another wrangler may serve the worker in another way",
        fix="npm ci" if file in node_requirements.NPM else "install the project's Node packages",
    )
