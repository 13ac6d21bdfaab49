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
from scaffolder.core.requests import EditRequest
from scaffolder.editing import requested_plan
from scaffolder.editing.kind import Kind
from scaffolder.editing.kind_registry import kinds
from scaffolder.editing.record import FILE, Addition
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
    found = [
        (kind, Addition(kind.name, name, value, worker=place))
        for kind in kinds().values()
        if not kind.is_environment
        for name, value in dict.fromkeys(_candidates(kind, now))
        if _is_added(kind, name, value, before, now)
    ]
    for kind, each in found:
        if not each.name and sum(other == kind for other, _ in found) > 1:
            # What has a name is found without it, too.
            continue
        rivals = [(other, one) for other, one in found if one.name == each.name and other.table == kind.table]
        if len(rivals) == 1 or max(rivals, key=lambda rival: _files(rival[0], rival[1], before, now)) == (kind, each):
            yield each
    # An environment holds a copy of everything above, so it comes last.
    holders = [kind.name for kind in kinds().values() if kind.is_environment]
    yield from (Addition(kind, name, worker=place) for kind in holders for name in named)


def _candidates(kind: Kind, worker: Worker) -> Iterator[tuple[str, str]]:
    """Yield what may be the names, with their values, of what the top level has of a kind."""
    with suppress(NotImplementedError):
        stored = worker.config.get(*kind.table)
        if kind.name_is_key and isinstance(stored, dict):
            yield from ((name, value) for name, value in stored.items() if isinstance(value, str))
            return
        for entry in stored if isinstance(stored, list) else [stored]:
            if isinstance(entry, str):
                yield entry, ""
            elif isinstance(entry, dict):
                # Which key holds the name is the kind's business: it finds nothing under the others.
                yield from (
                    (name.removeprefix("./"), _value(kind, entry)) for name in entry.values() if isinstance(name, str)
                )
                yield from () if kind.requires_name else [("", "")]


def _files(kind: Kind, addition: Addition, before: Worker, now: Worker) -> int:
    """Return how many files of its own an addition brings, if the project has all of them; else a negative number."""
    request = EditRequest(kind.name, addition.argument, before.folder, "", dry_run=True)
    with suppress(Refusal):
        plan = requested_plan.planned("add", request, before)
        new = [each.path.relative_to(before.project) for each in plan.files if each.before is None]
        return len(new) if all((now.project / path).exists() for path in new if path.name != FILE) else -1
    return -1


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
