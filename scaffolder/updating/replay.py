"""Adds to a rendered template what its project has in addition.

Not here: the record of additions (`record.py`), and rendering (`rendering.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from scaffolder.core.errors import Refusal
from scaffolder.core.requests import EditRequest
from scaffolder.editing import record, requested_plan
from scaffolder.editing.record import Addition
from scaffolder.reading import project as reading
from scaffolder.reading.config import config_search
from scaffolder.reading.config.environments import environments
from scaffolder.reading.project import Worker


@dataclass(frozen=True)
class Refused:
    """An addition that a template cannot take.

    Args:
        addition: The addition.
        why: The reason.
    """

    addition: Addition
    why: str


def replay(folder: Path, additions: Iterable[Addition]) -> list[Refused]:
    """Add everything to a rendered project, in its order; no record is written.

    Returns:
        What the template cannot take.
    """
    refused = []
    for each in additions:
        try:
            _add(folder, each)
        except (Refusal, StopIteration) as error:
            refused.append(Refused(each, f"{error.what}: {error.why}" if isinstance(error, Refusal) else "no worker"))
    (folder / record.FILE).unlink(missing_ok=True)
    return refused


def _add(folder: Path, addition: Addition) -> None:
    """Add one thing to each of its environments, as one edit if it is for all of them.

    Raises:
        Refusal: The project cannot take it.
        StopIteration: The project has no such worker.
    """
    known = {each.name for each in environments(_worker(folder, addition).config)}
    meant = [name for name in addition.environments if name in known]
    for name in ["all"] if known.issubset(meant) else meant:
        request = EditRequest(addition.kind, addition.argument, folder, name, dry_run=False)
        plan = requested_plan.planned("add", request, _worker(folder, addition))
        for each in plan.files:
            each.path.parent.mkdir(parents=True, exist_ok=True)
            if each.after is None:
                each.path.unlink()
            else:
                each.path.write_bytes(each.after)


def _worker(folder: Path, addition: Addition) -> Worker:
    home = (folder / addition.worker).resolve()
    config = config_search.given(folder, Path(addition.config)) if addition.config else None
    project = reading.read(folder, config)
    with suppress(StopIteration):
        return next(each for each in project.workers if each.folder == home)
    return next(each for each in reading.read(home).workers if each.folder == home)
