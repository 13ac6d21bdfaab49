"""Finds answers to a template's questions in a project that was not made from it.

Not here: the template (`recognition.py`), and asking a person (`commands/adopt.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from scaffolder.catalogue import render
from scaffolder.reading import project as reading
from scaffolder.reading.project import Worker
from scaffolder.system.scratch import scratch

NAMED_BY = ("binding", "name", "queue", "tag")
"""The keys by which the same table is found again in another wrangler file."""

Leaf = tuple[str | int, ...]


def proposed(worker: Worker, template: str, given: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the answers that a project implies, and the ones that the template refuses with the reasons.

    Args:
        worker: The project's worker.
        template: The template's id.
        given: The answers of the user, which are not looked for.
    """
    stated = {name: value for name, value in _stated(worker).items() if name not in given}
    asked = [question.name for question in render.interview(template, worker.folder, given).questions]
    stated = {name: value for name, value in stated.items() if name in asked}
    refused = dict(render.interview(template, worker.folder, {**given, **stated}).troubles)
    unfit = {name: f"`{stated[name]}`: {why}" for name, why in refused.items() if name in stated}
    known = {name: value for name, value in stated.items() if name not in unfit}
    if unfit:
        return known, unfit
    found = _configured(worker, template, {**given, **known})
    refused = dict(render.interview(template, worker.folder, {**given, **known, **found}).troubles)
    return {**known, **{name: value for name, value in found.items() if name not in refused}}, {}


def _stated(worker: Worker) -> dict[str, Any]:
    """Return the answers that every project has in its own files."""
    manifest = worker.cargo.document if worker.cargo else None
    name = worker.config.get("name") or (worker.cargo.name if worker.cargo else "")
    description = manifest.get("package", "description") if manifest else None
    found: dict[str, Any] = {"panic_unwind": "--panic-unwind" in worker.build_command}
    found |= {"worker_name": name} if isinstance(name, str) and name else {}
    return found | ({"description": description} if isinstance(description, str) else {})


def _configured(worker: Worker, template: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values that a wrangler file has where the template's has the default of a question."""
    interview = render.interview(template, worker.folder, given)
    wanted = {name: str(interview.answers[name]) for name in interview.missing if interview.answers[name] != ""}
    if not wanted:
        return {}
    with scratch() as place:
        render.render(template, interview.answers, place / "project")
        expected = dict(_leaves(reading.read(place / "project").workers[0].config.data))
    own = dict(_leaves(worker.config.data))
    places = {name: [leaf for leaf, value in expected.items() if str(value) == text] for name, text in wanted.items()}
    found = ((name, next((own[leaf] for leaf in leaves if leaf in own), None)) for name, leaves in places.items())
    return {name: value for name, value in found if isinstance(value, str | int) and not isinstance(value, bool)}


def _leaves(data: Any, path: Leaf = ()) -> Iterator[tuple[Leaf, Any]]:
    """Yield the values of a configuration by their paths; a table of a list by its name, not by its number."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield from _leaves(value, (*path, str(key)))
    elif isinstance(data, list):
        for number, value in enumerate(data):
            table = value if isinstance(value, dict) else {}
            key = next((str(table[key]) for key in NAMED_BY if key in table), number)
            yield from _leaves(value, (*path, key))
    else:
        yield path, data
