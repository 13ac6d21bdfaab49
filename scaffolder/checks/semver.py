"""Finds out which wrangler a project uses.

Not here: comparing the versions of crates (`releases.py`).
"""

from __future__ import annotations

from scaffolder.catalogue import manifests
from scaffolder.reading.project import Worker
from scaffolder.reading.releases import numbers


def uses_known_wrangler(worker: Worker) -> bool:
    """Return whether a project's wrangler is not newer than the one that the catalogue was tested with.

    What a newer one accepts is unknown. A project that names no version is taken to use a known one.
    """
    return numbers(_required_wrangler(worker)) <= numbers(manifests.pins().wrangler_version)


def _required_wrangler(worker: Worker) -> str:
    tables = ("devDependencies", "dependencies")
    found = (worker.package.get(table, "wrangler") for table in tables) if worker.package else ()
    return next((str(version) for version in found if version), "")
