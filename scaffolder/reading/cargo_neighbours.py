"""Finds the crates and files outside of a project that Cargo reads when it builds the project.

These are the workspace around it, whose members all have to parse, the crates that it depends on by path, transitively
and in patches, also those of Cargo's settings, and their own workspaces, from which they inherit.

Not here: files that the crates name in their code (`named_paths.py`).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from scaffolder.core.errors import BadInput
from scaffolder.reading.config import toml_parser
from scaffolder.reading.config.document import Document
from scaffolder.reading.config.workspace import Workspace, claimed_by, path_dependencies
from scaffolder.reading.source import Source
from scaffolder.system.untrusted_files import is_there

CONFIGS_OF_CARGO = (".cargo/config.toml", ".cargo/config")
"""The files of settings that Cargo reads in every folder above a crate."""

TARGETS = ("bin", "example", "test", "bench")


class CargoNeighbours:
    """The crates around a project.

    Args:
        project: The project's real folder.
        crates: The folders of the crates in it.
    """

    def __init__(self, project: Path, crates: Iterable[Path]) -> None:
        self.built: dict[Path, None] = {}
        """The crates outside of the project that its crates are compiled with."""
        self.loaded: dict[Path, None] = {}
        """The crates outside of it that Cargo has to parse, and does not compile."""
        self.files: dict[Path, None] = {}
        """Single files that Cargo reads: manifests, the lock, sources outside of their crates."""
        self._project = project
        workspaces = self._follow([*crates, *self._configured()], self.built)
        for workspace in workspaces:
            if not workspace.folder.is_relative_to(project):
                self.files[workspace.folder / "Cargo.lock"] = None
                self._follow([workspace.folder, *_members(workspace)], self.loaded)

    def paths(self) -> Iterator[Path]:
        """Yield what is read apart from the crates that are compiled: of others, their manifests and targets."""
        yield from self.files
        for crate in self.loaded:
            yield from (crate / name for name in ("Cargo.toml", "build.rs", "src"))
            yield from _targets(crate)

    def _follow(self, crates: Iterable[Path], found: dict[Path, None]) -> list[Workspace]:
        """Note crates with all that they depend on by path, and return the workspaces that the first ones are in."""
        first = [*crates]
        waiting, seen, workspaces = list(first), set(first), {}
        while waiting:
            crate = waiting.pop()
            workspace = self._workspace(crate)
            if workspace is not None:
                self.files[workspace.folder / "Cargo.toml"] = None
                if crate in first:
                    workspaces[workspace.folder] = workspace
            if not crate.is_relative_to(self._project) and crate not in self.built and is_there(crate / "Cargo.toml"):
                found[crate] = None
            self.files.update(dict.fromkeys(_targets(crate, outside=True)))
            for each in (*path_dependencies(crate, workspace), *_patches(crate, workspace)):
                if each not in seen:
                    seen.add(each)
                    waiting.append(each)
        return list(workspaces.values())

    def _configured(self) -> Iterator[Path]:
        """Yield the crates that Cargo's configuration replaces others by, and note its folders of vendored crates."""
        for folder in (self._project, *self._project.parents):
            for document in filter(None, (_parsed(folder / name) for name in CONFIGS_OF_CARGO)):
                yield from _replacing(folder, _values(document.get("patch")))
                listed = document.get("paths")
                yield from (folder / each for each in listed or () if isinstance(each, str))
                tables = (each for each in _values(document.get("source")) if isinstance(each, dict))
                named = (table.get(key) for table in tables for key in ("directory", "local-registry"))
                self.files.update({folder / each: None for each in named if isinstance(each, str)})

    def _workspace(self, crate: Path) -> Workspace | None:
        try:
            return claimed_by(self._project, crate)
        except BadInput:
            return None


def _members(workspace: Workspace) -> list[Path]:
    try:
        return workspace.members()
    except BadInput:
        return []


def _patches(crate: Path, workspace: Workspace | None) -> Iterator[Path]:
    """Yield the folders of the crates by which others are replaced."""
    home, document = (workspace.folder, workspace.document) if workspace else (crate, _manifest(crate))
    patches = document.get("patch") if document else None
    yield from _replacing(home, [*_values(patches), document.get("replace") if document else None])


def _replacing(home: Path, tables: list[Any]) -> Iterator[Path]:
    for value in (value for table in tables for value in _values(table)):
        if isinstance(path := value.get("path") if isinstance(value, dict) else None, str):
            yield Path(os.path.normpath(home / path))


def _targets(crate: Path, *, outside: bool = False) -> Iterator[Path]:
    """Yield the sources that a manifest names; of those outside of the crate, the folder with their modules."""
    document = _manifest(crate)
    if document is None:
        return
    named = [document.get("package", "build"), document.get("lib", "path")]
    named += [table.get("path") for kind in TARGETS for _, table in document.tables(kind)]
    for path in (Path(os.path.normpath(crate / each)) for each in named if isinstance(each, str)):
        if not outside:
            yield path
        elif not path.is_relative_to(crate):
            yield path.parent


def _manifest(crate: Path) -> Document | None:
    return _parsed(crate / "Cargo.toml")


def _parsed(path: Path) -> Document | None:
    try:
        return toml_parser.read(Source.read(path.parent, path)) if is_there(path) else None
    except (OSError, BadInput):
        # Cargo refuses it, too, and the user sees its message.
        return None


def _values(table: Any) -> list[Any]:
    return list(table.values()) if isinstance(table, dict) else []
