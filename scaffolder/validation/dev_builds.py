"""Lists the builds of a project's workers for `dev_build.cjs`, which runs them in place of wrangler's own.

A dev server takes worker-build's dev profile, which is built three times as fast after an edit (decision 0013), and
stays alive while a build fails.

Not here: running them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scaffolder.reading.config.environments import Environment, served
from scaffolder.reading.project import Project, Worker

PRELOADED = Path(__file__).with_name("dev_build.cjs")
"""The file that wrangler's Node loads first."""

VARIABLE = "SCAFFOLD_DEV_BUILDS"

RELEASE = re.compile(r"(\bworker-build\b[^&|;]*?) --release\b")
"""The option of worker-build in a command that makes a build which is deployed."""


def variables(project: Project, environment: str, *, is_release: bool) -> dict[str, str]:
    """Return the environment variable that lists the builds.

    Args:
        project: The project.
        environment: The environment that is served; empty for the top level of the wrangler files.
        is_release: Whether what is served is built as what is deployed.
    """
    pairs = [(worker, served(worker.config, environment)) for worker in project.workers]
    found = [_build(worker, each, [one for _, one in pairs]) for worker, each in pairs if _is_built(each)]
    for each in found if not is_release else ():
        each["run"] = RELEASE.sub(r"\1 --dev", each["run"])
    return {VARIABLE: json.dumps(found)}


def _is_built(environment: Environment) -> bool:
    return all(isinstance(environment.get(*path), str) for path in (("main",), ("build", "command")))


def _build(worker: Worker, environment: Environment, together: list[Environment]) -> dict[str, Any]:
    main = str(environment.get("main"))
    folder = worker.project / str(environment.get("build", "cwd") or ".")
    return {
        "command": environment.get("build", "command"),
        "run": environment.get("build", "command"),
        "folder": str(folder.resolve()),
        "main": str(worker.folder / main),
        # Anything else may be a file of the project's own, which is not to be written over.
        "is_output": "build" in Path(main).parts[:-1],
        "objects": sorted(_names(environment, ("durable_objects", "bindings"), "class_name")),
        "workflows": sorted(_names(environment, ("workflows",), "class_name")),
        "entrypoints": sorted({name for each in together for name in _names(each, ("services",), "entrypoint")}),
    }


def _names(environment: Environment, path: tuple[str, ...], key: str) -> Iterator[str]:
    """Yield the names of the classes that a table of bindings refers to, but not those of other workers' objects."""
    for _, table in environment.tables(*path):
        name = table.get(key)
        if isinstance(name, str) and re.fullmatch(r"[A-Za-z_$][\w$]*", name) and "script_name" not in table:
            yield name
