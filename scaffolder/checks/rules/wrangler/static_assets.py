"""Static assets: their folder, and the binding of a worker that runs before them.

Not here: the files in the folder.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from scaffolder.checks.rule import Rule
from scaffolder.core.findings import Finding
from scaffolder.core.suggestions import did_you_mean, near_names
from scaffolder.reading.config.environments import Environment, environments
from scaffolder.reading.gitignore import is_ignored
from scaffolder.reading.project import Worker
from scaffolder.system.untrusted_files import searchable

OUTPUTS = {"_site", "build", "dist", "out", "pkg", "target", "www"}
"""Folders that builds commonly make."""

HARMLESS = re.compile(r"cargo\s+(?:binstall|install)\b|(?:\S*/)?worker-build\b|node\s+[\w./-]+\.[cm]?js\b|cd\s")
"""Commands that make no assets, or whose script can be searched."""

BUILD_FILES = ("Cargo.toml", "Trunk.toml", "Dioxus.toml", "package.json", "Makefile", "justfile")
"""Files that may name the output folder of a build."""


class WR122(Rule):
    """The static assets folder exists, and a worker that runs before the assets has a binding to them.

    Why: wrangler stops if the folder does not exist; and with `run_worker_first = true` every request goes to the
    worker, which cannot serve a file without a binding to the assets.

    Fix: correct `directory`, or add `binding = "ASSETS"`.

    Not checked: a folder that a build may create.
    """

    name = "missing-assets"
    wrong = {
        "wrangler.toml": 'name = "notes"\n\n[assets]\ndirectory = "pubilc"\n',
        "public/index.html": "<h1>Notes</h1>\n",
    }
    right = {**wrong, "wrangler.toml": 'name = "notes"\n\n[assets]\ndirectory = "public"\n'}

    def check(self, worker: Worker) -> Iterator[Finding]:
        """Yield a missing folder, and a missing binding."""
        for environment in environments(worker.config):
            directory = environment.get("assets", "directory")
            if isinstance(directory, str) and not (worker.folder / directory).is_dir():
                yield from self._missing(worker, environment, directory)
            is_first = environment.get("assets", "run_worker_first") is True
            if is_first and not environment.get("assets", "binding"):
                yield self.found(
                    environment.key("assets", "run_worker_first"),
                    "the worker runs before the assets, but has no binding to them",
                    fix='add binding = "ASSETS" to the assets, or list the paths on which the worker runs first',
                    environment=environment.name,
                )

    def _missing(self, worker: Worker, environment: Environment, directory: str) -> Iterator[Finding]:
        path = worker.folder / directory
        others = [each.name for each in path.parent.iterdir() if each.is_dir()] if path.parent.is_dir() else []
        near = [each for each in near_names(path.name, others, cutoff=0.75) if each not in OUTPUTS]
        if _is_built(worker, path, directory) or not (near or _makes_nothing(worker)):
            return
        fix = did_you_mean(near, "create it, or correct its name")
        span = environment.at("assets", "directory")
        yield self.found(span, f"the folder `{directory}` does not exist", fix=fix, environment=environment.name)


def _is_built(worker: Worker, path: Path, directory: str) -> bool:
    """Return whether a build may make a folder: by its name, by .gitignore, or because a build file names it."""
    parts = {part for part in PurePosixPath(directory).parts if part not in {".", ".."}}
    if parts & OUTPUTS or any(part.startswith(".") for part in parts):
        return True
    if not path.resolve().is_relative_to(worker.project) or is_ignored(path.resolve(), is_folder=True):
        return True
    word = re.compile(rf"(?<![\w-]){re.escape(path.name)}(?![\w-])")
    return any(word.search(text) for text in _build_texts(worker))


def _makes_nothing(worker: Worker) -> bool:
    """Return whether all parts of the build command certainly make no assets."""
    command = str(worker.config.get("build", "command") or "")
    parts = [part.strip() for part in re.split(r"&&|\|\||[;|\n]", command)]
    return all(HARMLESS.match(re.sub(r"^(?:\w+=\S*\s+)+", "", part)) for part in parts if part)


def _build_texts(worker: Worker) -> Iterator[str]:
    """Yield the texts that may name the folder that a build makes."""
    command = str(worker.config.get("build", "command") or "")
    yield command
    cwd = str(worker.config.get("build", "cwd") or ".")
    for folder in {worker.folder, worker.project, worker.folder / cwd, worker.project / cwd}:
        for name in (*BUILD_FILES, *re.findall(r"[\w./-]+\.\w+", command)):
            path = folder / name
            if path.is_file():
                yield searchable(path)
