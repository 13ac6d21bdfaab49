"""Finds out what was added to a project without a record, by comparison with its template.

What the wrangler file has and the template's has not is tried with each kind of `scaffold add`: it counts as added if
adding it to the template leads to the same entry.

Not here: projects that record it (`record.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from scaffolder.core.errors import Refusal
from scaffolder.editing.kind import Kind
from scaffolder.editing.kind_registry import kinds
from scaffolder.editing.record import Addition
from scaffolder.editing.target import EditTarget
from scaffolder.reading import project as reading
from scaffolder.reading.config.environments import Environment, environments
from scaffolder.reading.project import Worker


def additions(template: Path, project: Path) -> tuple[Addition, ...]:
    """Return what a project has in addition to its rendered template.

    Args:
        template: The rendered template.
        project: The project's folder.
    """
    try:
        old, new = reading.read(template), reading.read(project)
    except Refusal:
        return ()
    homes = {each.folder.relative_to(old.folder): each for each in old.workers}
    pairs = [(homes.get(each.folder.relative_to(new.folder)), each) for each in new.workers]
    return tuple(found for before, now in pairs if before is not None for found in _of_worker(before, now))


def _of_worker(before: Worker, now: Worker) -> Iterator[Addition]:
    folder = now.folder.relative_to(now.project).as_posix()
    place = "" if folder == "." else folder
    known = {each.name for each in environments(before.config)}
    named = [each.name for each in environments(now.config) if each.name not in known]
    for kind in kinds().values():
        if not kind.is_environment:
            for name, value in _candidates(kind, now):
                if _is_added(kind, name, value, before, now):
                    yield Addition(kind.name, name, value, worker=place)
    # An environment holds a copy of everything above, so it comes last.
    holders = [kind.name for kind in kinds().values() if kind.is_environment]
    yield from (Addition(kind, name, worker=place) for kind in holders for name in named)


def _candidates(kind: Kind, worker: Worker) -> Iterator[tuple[str, str]]:
    """Yield the names, with their values, of what the top level has of a kind."""
    with suppress(NotImplementedError):
        stored = worker.config.get(*kind.table)
        top = Environment(worker.config, "")
        for bound in top.bindings():
            if kind.binding and bound.kind == kind.binding:
                yield bound.name, _value(kind, bound.table)
        if kind.name_is_key and isinstance(stored, dict):
            yield from ((name, value) for name, value in stored.items() if isinstance(value, str))
        elif not kind.binding and isinstance(stored, list):
            yield from ((each, "") for each in stored if isinstance(each, str))
        elif not kind.binding and not kind.requires_name and isinstance(stored, dict):
            yield "", ""


def _value(kind: Kind, table: dict[str, Any]) -> str:
    found = table.get(kind.value.key) if kind.value is not None and kind.value.key else None
    return found if isinstance(found, str) else ""


def _is_added(kind: Kind, name: str, value: str, before: Worker, now: Worker) -> bool:
    old, new = (
        EditTarget(name, value, before, Environment(before.config, "")),
        EditTarget(name, value, now, Environment(now.config, "")),
    )
    with suppress(Refusal, NotImplementedError):
        there = kind.find(new)
        if there is None or not there.matches or kind.find(old) is not None:
            return False
        kind.validate(old)
        entries = [each.value for each in kind.insertions_for(old)]
        return there.value in entries
    return False
