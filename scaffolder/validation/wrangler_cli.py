"""Reads which workers a project has, and words wrangler's command lines. The only module that imports `tomlkit`.

A project is one worker, with its wrangler.toml at the top; or a Cargo workspace some of whose
members are workers, of which the first is the one that clients reach.

Not here: edits; nothing is ever written back.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from scaffolder.core.errors import BadInput
from scaffolder.reading.config.members import members as expanded

CONFIG = "wrangler.toml"


@dataclass(frozen=True)
class Worker:
    """What a validation needs to know of one worker.

    Args:
        folder: Where its wrangler.toml is, seen from the project.
        name: The worker's name.
        build_command: The shell line of `[build]`; empty where there is none.
        build_folder: Where wrangler runs that line, seen from the project.
        databases: The bindings of its D1 databases that have a folder of migrations.
    """

    folder: Path
    name: str
    build_command: str
    build_folder: Path
    databases: tuple[str, ...]


def workers(project: Path) -> list[Worker]:
    """Read the workers of a project; the first is the one that clients reach.

    Raises:
        BadInput: There is none, or a file does not parse.
    """
    if (project / CONFIG).is_file():
        return [_worker(project, Path())]
    found = [_worker(project, member) for member in members(project) if (project / member / CONFIG).is_file()]
    if not found:
        raise BadInput(
            what="this is not a worker project",
            where=str(project),
            why=f"there is no {CONFIG}, and no member of a Cargo workspace that has one",
            fix="give the folder of a worker project",
        )
    return found


def command(node_modules: Path, *words: str) -> list[str]:
    """Word a call of the wrangler in a folder of Node packages."""
    return ["node", str(node_modules / "wrangler" / "bin" / "wrangler.js"), *words]


def dev(project: Path, *words: str) -> list[str]:
    """Word what serves all workers of a project, after `wrangler`.

    Raises:
        BadInput: There is none, or a file does not parse.
    """
    return ["dev", *(word for worker in workers(project) for word in _config(worker)), *words]


def migrations(project: Path, *words: str) -> list[list[str]]:
    """Word what brings each local D1 database of a project up to date, after `wrangler`.

    Raises:
        BadInput: There is no worker, or a file does not parse.
    """
    return [
        ["d1", "migrations", "apply", database, "--local", *_config(worker), *words]
        for worker in workers(project)
        for database in worker.databases
    ]


def _config(worker: Worker) -> list[str]:
    return ["--config", (worker.folder / CONFIG).as_posix()] if worker.folder != Path() else []


def _worker(project: Path, folder: Path) -> Worker:
    document = _read(project / folder / CONFIG)
    build = document.get("build")
    table = build if isinstance(build, dict) else {}
    return Worker(
        folder=folder,
        name=str(document.get("name", (project / folder).name)),
        build_command=str(table.get("command", "")),
        build_folder=Path(str(table.get("cwd", "."))),
        databases=tuple(_databases(document, project / folder)),
    )


def _databases(document: dict[str, Any], folder: Path) -> list[str]:
    tables = document.get("d1_databases")
    listed = [table for table in tables if isinstance(table, dict)] if isinstance(tables, list) else []
    # wrangler looks into `migrations` where nothing is said.
    return [
        str(table.get("binding"))
        for table in listed
        if (folder / str(table.get("migrations_dir", "migrations"))).is_dir()
    ]


def members(project: Path) -> list[Path]:
    """Answer the folders of a Cargo workspace's members, seen from the project; of a lone crate none.

    Raises:
        BadInput: Cargo.toml does not parse, or a pattern means nothing.
    """
    path = project / "Cargo.toml"
    workspace = _read(path).get("workspace") if path.is_file() else None
    return [Path(os.path.relpath(each, project)) for each in expanded(project, workspace)]


def _read(path: Path) -> dict[str, Any]:
    try:
        document: dict[str, Any] = tomlkit.parse(path.read_text(encoding="utf-8-sig")).unwrap()
    except OSError as error:
        raise BadInput(
            what=f"{path.name} cannot be read",
            where=str(path),
            why=error.strerror or str(error),
            fix="give the folder of a worker project",
        ) from error
    except (TOMLKitError, UnicodeDecodeError) as error:
        raise BadInput(
            what=f"{path.name} does not parse", where=str(path), why=str(error), fix="mend the line that is named"
        ) from error
    return document
