"""Compares versions, and finds out which wrangler a project uses.

Not here: which versions a project must use (`dependencies.py`).
"""

from __future__ import annotations

import re

from scaffolder.catalogue import manifests
from scaffolder.reading.project import Worker

ALIGNED = (0, 7)
"""Since this version, worker-build refuses a `worker` crate of another minor version than its own."""


def numbers(text: str) -> tuple[int, ...]:
    """Return the first version in a text, as numbers; an empty tuple where there is none."""
    found = re.search(r"\d+(?:\.\d+)*", text)
    return tuple(map(int, found[0].split("."))) if found else ()


def uses_known_wrangler(worker: Worker) -> bool:
    """Return whether a project's wrangler is not newer than the one that the catalogue was tested with.

    What a newer one accepts is unknown. A project that names no version is taken to use a known one.
    """
    return numbers(_required_wrangler(worker)) <= numbers(manifests.pins().wrangler_version)


def _required_wrangler(worker: Worker) -> str:
    tables = ("devDependencies", "dependencies")
    found = (worker.package.get(table, "wrangler") for table in tables) if worker.package else ()
    return next((str(version) for version in found if version), "")
