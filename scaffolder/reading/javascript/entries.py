"""Finds the JavaScript that a worker has as `main` in front of its build.

Not here: its contents (`entry_module.py`).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from scaffolder.reading.config.environments import environments
from scaffolder.reading.gitignore import is_ignored
from scaffolder.reading.javascript.entry_module import BUILT, EntryModule
from scaffolder.reading.javascript.script import Script
from scaffolder.reading.project import OUTPUTS, Worker
from scaffolder.reading.source import Source

LANGUAGES = {".js", ".mjs", ".ts", ".mts", ".jsx", ".tsx"}
OUT_DIR = re.compile(r"(?:--out-dir|-d)[= ]+([\w./-]+)")
MOST = 100
"""The most modules of a project that are followed."""

DEEPEST = 5
"""The depth to which modules that export all of each other are followed."""


def entries(worker: Worker) -> list[EntryModule]:
    """Return the modules that the worker's environments have as `main`, other than those that a build makes."""
    mains = dict.fromkeys(str(each.get("main") or "") for each in environments(worker.config))
    return [module for main in mains if (module := _entry(worker, main)) is not None]


def modules(worker: Worker) -> list[EntryModule]:
    """Return the worker's own JavaScript: its entries, and the modules that these import by a relative path."""
    found = {each.file: each for each in entries(worker)}
    waiting = list(found.values())
    while waiting and len(found) < MOST:
        module = waiting.pop(0)
        for path in _imported(worker, module, {each.module for each in module.statements}):
            each = _module(worker, path)
            if each.file not in found:
                found[each.file] = each
                waiting.append(each)
    return list(found.values())


def is_exported(worker: Worker, module: EntryModule, name: str, depth: int = 0) -> bool | None:
    """Return whether a module exports a name, also by `export *` from others of the worker; None if not certain."""
    found = module.is_exported(name)
    if found is not None or depth > DEEPEST:
        return found
    stars = {each.module for each in module.statements if each.is_export and each.clause == "*"}
    others = [_module(worker, path) for path in _imported(worker, module, stars)]
    nested = [is_exported(worker, each, name, depth + 1) for each in others]
    if True in nested:
        return True
    return None if None in nested or len(others) < len(stars) else False


def _entry(worker: Worker, main: str) -> EntryModule | None:
    path = (worker.folder / main).resolve()
    is_built = main.removeprefix("./") in OUTPUTS or BUILT.search(main) is not None
    is_own = path.is_file() and path.is_relative_to(worker.project) and path.suffix in LANGUAGES
    return _module(worker, path) if main and is_own and not is_built and not is_ignored(path) else None


def _module(worker: Worker, path: Path) -> EntryModule:
    return EntryModule(Script(Source.read(worker.project, path)), frozenset(_outputs(worker, path)))


def _outputs(worker: Worker, path: Path) -> Iterator[str]:
    """Yield what an import of the module calls the output of a build command that names another folder."""
    home = worker.crate_folder or worker.folder
    for folder in OUT_DIR.findall(worker.build_command):
        for name in ("index.js", "worker/shim.mjs"):
            relative = PurePosixPath(Path(os.path.relpath(home / folder / name, path.parent)).as_posix())
            yield str(relative) if str(relative).startswith(".") else f"./{relative}"


def _imported(worker: Worker, module: EntryModule, names: set[str]) -> Iterator[Path]:
    """Yield the file of each name by which a module imports another one of the worker, other than the build."""
    folder = (worker.project / module.file).parent
    for name in sorted(names):
        if not name.startswith(".") or module.is_built(name):
            continue
        named = folder / name
        places = [named, *(named.with_name(f"{named.name}{suffix}") for suffix in sorted(LANGUAGES))]
        # TypeScript names the file that it will be compiled to.
        places += [named.with_suffix(suffix) for suffix in (".ts", ".mts", ".tsx")]
        found = next((path.resolve() for path in places if path.is_file() and path.suffix in LANGUAGES), None)
        if found is not None and found.is_relative_to(worker.project) and not is_ignored(found):
            yield found
