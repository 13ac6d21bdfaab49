"""Builds wrangler's command lines for a project.

Not here: reading the project (`reading/project.py`), and running the commands.
"""

from __future__ import annotations

from pathlib import Path

from scaffolder.reading.config.environments import served
from scaffolder.reading.project import Project, Worker


def command(node_modules: Path, *words: str) -> list[str]:
    """Return the command line that runs the wrangler in a folder of Node packages."""
    return ["node", str(node_modules / "wrangler" / "bin" / "wrangler.js"), *words]


def dev(project: Project, *words: str) -> list[str]:
    """Return the arguments of wrangler that serve all workers of a project; the first one answers clients."""
    return ["dev", *(word for worker in project.workers for word in _config(worker)), *words]


def migrations(project: Project, *words: str, environment: str = "") -> list[list[str]]:
    """Return the arguments of each call of wrangler that brings a local D1 database up to date.

    Args:
        project: The project.
        words: Further options of each call.
        environment: The environment whose databases are meant; empty for the top level of the wrangler files.
    """
    return [
        ["d1", "migrations", "apply", database, "--local", *_config(worker), *words]
        for worker in project.workers
        for database in _databases(worker, environment)
    ]


def _config(worker: Worker) -> list[str]:
    # By itself, wrangler would look into the folders above too, such as those of the cache in which a copy lies.
    return ["--config", worker.config.file]


def _databases(worker: Worker, environment: str) -> list[str]:
    """Return the bindings of the databases that have a folder of migrations."""
    tables = [table for _, table in served(worker.config, environment).tables("d1_databases")]
    # wrangler looks into `migrations` if no folder is named.
    return [
        str(table.get("binding"))
        for table in tables
        if (worker.folder / str(table.get("migrations_dir", "migrations"))).is_dir()
    ]
