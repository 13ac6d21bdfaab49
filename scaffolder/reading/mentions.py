"""Searches the other wrangler files of a project for a name, such as those of tests and of other workers.

Not here: the meaning of the names there.
"""

from __future__ import annotations

from scaffolder.reading.project import Worker
from scaffolder.system.untrusted_files import searchable

PLACES = ("wrangler*.*", "*/wrangler*.*", "*/*/wrangler*.*")
"""Places of other wrangler files, relative to the project's folder and to the worker's."""


def is_named_elsewhere(worker: Worker, name: str) -> bool:
    """Return whether another wrangler file of the project contains a name."""
    own = (worker.project / worker.config.file).resolve()
    folders = {worker.folder, worker.project}
    paths = {path.resolve() for folder in folders for pattern in PLACES for path in folder.glob(pattern)}
    found = (path for path in paths if path != own and path.suffix in {".toml", ".json", ".jsonc"} and path.is_file())
    return any(name in searchable(path) for path in found)
