"""Finds everything outside of a project that it needs where it lies: what Cargo, npm, rustup and its own files name.

Not here: copying it (`tree_copy.py`).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from scaffolder.reading import named_paths
from scaffolder.reading.cargo_neighbours import CONFIGS_OF_CARGO, CargoNeighbours
from scaffolder.reading.config.config_search import CONFIGS
from scaffolder.reading.npm_neighbours import PACKAGE, NpmNeighbours
from scaffolder.system.untrusted_files import is_there

SKIPPED = {".git", ".wrangler", "node_modules", "target"}
"""Folders that tools write."""

SETTINGS = (*CONFIGS_OF_CARGO, "rust-toolchain.toml", "rust-toolchain")
"""The files that Cargo and rustup read in every folder above a crate."""


@dataclass(frozen=True)
class Neighbours:
    """What a project needs outside of its folder.

    Args:
        crates: The folders of crates that are compiled with it.
        paths: Further files and folders that exist; none of them holds the project.
    """

    crates: tuple[Path, ...]
    paths: tuple[Path, ...]


def of_project(project: Path) -> Neighbours:
    """Return what a project needs outside of its folder.

    Args:
        project: Its real folder, since Cargo sees the real path of the current folder. It may be still to be made.
    """
    files = list(_walk(project))
    crates = [project, *(file.parent for file in files if file.name == "Cargo.toml")]
    cargo = CargoNeighbours(project, crates)
    npm = NpmNeighbours(project, [file.parent for file in files if file.name == PACKAGE])
    paths = [*cargo.paths(), *npm.paths(), *_settings([project, *cargo.built]), *_named(project, files, cargo.built)]
    outside = (path for path in paths if not path.is_relative_to(project) and not project.is_relative_to(path))
    return Neighbours(tuple(cargo.built), tuple(path for path in dict.fromkeys(outside) if is_there(path)))


def _named(project: Path, files: list[Path], crates: Iterable[Path]) -> Iterator[Path]:
    """Yield what the files of the project and of crates name, except hidden and generated files."""
    sources = {project: files, **{crate: list(_walk(crate, whole=False)) for crate in crates}}
    for path in (path for home, listed in sources.items() for path in _named_in(home, listed)):
        parts = Path(os.path.relpath(path, project)).parts
        if not any(part in SKIPPED or part.startswith(".") for part in parts if part != ".."):
            yield path


def _named_in(home: Path, files: list[Path]) -> Iterator[Path]:
    manifests = {file.parent for file in files if file.name == "Cargo.toml"}
    for file in files:
        if file.suffix == ".rs":
            yield from named_paths.in_rust(next((each for each in file.parents if each in manifests), home), file)
        elif file.name in {*CONFIGS, PACKAGE}:
            yield from named_paths.in_text(file)


def _settings(folders: list[Path]) -> Iterator[Path]:
    home = Path(os.environ.get("CARGO_HOME") or Path.home() / ".cargo")
    for above in dict.fromkeys(above for folder in folders for above in folder.parents):
        # Cargo's own folder is read wherever a build runs.
        yield from (above / name for name in SETTINGS if (above / name).parent != home)


def _walk(folder: Path, *, whole: bool = True) -> Iterator[Path]:
    """Yield the files below a folder, except those that tools write; `whole` includes other crates."""
    for here, folders, files in os.walk(folder):
        if not whole and Path(here) != folder and "Cargo.toml" in files:
            folders.clear()
            continue
        folders[:] = sorted(set(folders) - SKIPPED)
        yield from (Path(here, name) for name in sorted(files))
