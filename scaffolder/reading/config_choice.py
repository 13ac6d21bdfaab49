"""Compares the wrangler file of a worker with the one that wrangler reads in its folder.

Not here: the search itself (`config_search.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from scaffolder.core.errors import BadInput
from scaffolder.reading.config import config_search
from scaffolder.reading.config.config_search import Preferred
from scaffolder.reading.named_configs import named_configs
from scaffolder.reading.project import Project, Worker


def preferred(worker: Worker) -> Preferred | None:
    """Return the file that wrangler reads in place of a worker's, unless a command gives it the worker's.

    Raises:
        BadInput: The file that redirects wrangler does not parse.
    """
    found = None if worker.is_given else config_search.preferred_to(worker.file)
    return None if found is None or worker.file in _named(worker) else found


def ignored(worker: Worker) -> list[Path]:
    """Return the wrangler files beside a worker's that wrangler ignores, and no command gives to it."""
    beside = [] if worker.is_given else config_search.in_folder(worker.folder)[1:]
    return [path for path in beside if path not in _named(worker)] if beside else []


def notes(project: Project) -> Iterator[str]:
    """Yield a sentence on each wrangler file that is there and not used."""
    for worker in project.workers:
        for path in ignored(worker):
            yield f"wrangler reads {worker.config.file}, and ignores {path.name} beside it"
    for variant in project.variants:
        yield f"{variant.config.file} is not used here; to use it: --config {variant.config.file}"


def remarks(project: Project) -> Iterator[str]:
    """Yield the notes, and a sentence on each worker for which wrangler reads another file."""
    yield from notes(project)
    for worker in project.workers:
        if found := preferred(worker):
            yield f"wrangler does not read {worker.config.file}: it reads {config_search.shown(found.file)}"


def refuse_unclear(project: Project) -> None:
    """Refuse a project in which another wrangler file may be meant than the one that was read.

    Raises:
        BadInput: wrangler would read another one, or several files are given for one worker.
    """
    for worker in project.workers:
        if found := preferred(worker):
            raise BadInput(
                what=f"wrangler does not read {worker.config.file}",
                where=str(worker.file),
                why=f"it reads {config_search.shown(found.file)}: {found.why}",
                fix=f"remove one of the two, or choose this one: --config {worker.config.file}",
            )
    files = [worker.config.file for worker in project.workers]
    if len(files) > 1 and all(worker.is_given for worker in project.workers):
        raise BadInput(
            what="this worker has several wrangler files",
            where=str(project.folder),
            why=f"the project's commands give {', '.join(files)} to wrangler",
            fix=f"choose one: --config {files[0]}",
        )


def _named(worker: Worker) -> list[Path]:
    return named_configs(worker.project, [worker.folder])
