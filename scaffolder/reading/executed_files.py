"""Finds what building, testing or serving a project runs, as its own files say.

Not here: running it (`pipeline.py`), and the consent to that (`consent.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from scaffolder.core.errors import Refusal
from scaffolder.reading import project as reading
from scaffolder.reading.config.document import Document
from scaffolder.system import untrusted_files

PROGRAMS = {
    "build.rs": "cargo builds and runs it",
    ".cargo/config.toml": "cargo obeys it: wrappers, linkers, runners",
    ".cargo/config": "cargo obeys it: wrappers, linkers, runners",
    "rust-toolchain.toml": "rustup installs and runs the toolchain that it names",
    "rust-toolchain": "rustup installs and runs the toolchain that it names",
    ".npmrc": "npm obeys it: registries, scripts",
    "Makefile": "make runs it",
}
"""Files whose content decides what a build runs, and how."""

SKIPPED = {"target", "node_modules", ".git", "build"}


def found(folder: Path) -> list[str]:
    """Return a line for everything that a project's build, tests and server run.

    Args:
        folder: The project's folder. What is wrong with its files is for those to refuse who run it.
    """
    lines = list[str]()
    with suppress(Refusal, OSError):
        lines += _commands(folder)
    lines += [*_scripts(folder), *_files(folder)]
    crates = "cargo test, cargo build: the macros and build scripts of the project and of every crate that it names"
    return list(dict.fromkeys([*lines, crates]))


def _commands(folder: Path) -> Iterator[str]:
    for worker in reading.read(folder).workers:
        place = worker.file.relative_to(folder).as_posix() if worker.file.is_relative_to(folder) else str(worker.file)
        tables: list[tuple[str, Document | Any]] = [("build", worker.config)]
        env = worker.config.get("env")
        tables += [(f"env.{name}.build", table) for name, table in (env.items() if isinstance(env, dict) else ())]
        commands = [(title, _command(table)) for title, table in tables]
        for title, command in commands if any(command for _, command in commands) else [("", "worker-build --release")]:
            if command:
                yield f"{place} {title}: {command}".replace(" :", ":")


def _command(table: Any) -> str:
    build = table.get("build") if hasattr(table, "get") else None
    return str(build.get("command") or "") if isinstance(build, dict) else ""


def _scripts(folder: Path) -> Iterator[str]:
    for path in _named(folder, "package.json"):
        with suppress(Refusal, OSError, ValueError, AttributeError):
            read = untrusted_files.json_file(path)
            for name, script in (read.get("scripts") or {}).items():
                yield f"{path.relative_to(folder).as_posix()} {name}: {script}"


def _files(folder: Path) -> Iterator[str]:
    for name, meaning in PROGRAMS.items():
        for path in _named(folder, name):
            yield f"{path.relative_to(folder).as_posix()}: {meaning}"


def _named(folder: Path, name: str) -> list[Path]:
    """Return the files of a name, which may have a folder, in the project and below it."""
    found = [path for path in folder.rglob(name) if not SKIPPED & set(path.relative_to(folder).parts[:-1])]
    return sorted(path for path in found if path.is_file())
