"""Looks at the files of a catalogue: whether it is one of this project's shape, and what a project of it would run.

Not here: reading the configuration (`template_configuration.py`), and the manifests (`foreign_manifest.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from scaffolder.catalogue.sources.opening import Files
from scaffolder.core.errors import BadInput
from scaffolder.core.foreign import Foreign
from scaffolder.core.unprintable import without_unprintable

ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")

CONFIGS = ("copier.yml", "copier.yaml")


def described(files: Files, configuration: Mapping[str, Any], name: str = "") -> Foreign:
    """Return a catalogue with what its configuration shows.

    Args:
        files: Its files.
        configuration: Copier's whole configuration, as Copier reads it.
        name: The name by which the user registered it.

    Raises:
        BadInput: A template has an id that cannot be one.
    """
    found = Foreign(files.address.shown, files.address.ref or files.version, files.hash, files.folder, name=name)
    return replace(found, ids=tuple(_ids(files.folder, configuration)), runs=tuple(runs(configuration)))


def refuse_no_template(folder: Path, where: str) -> None:
    """Refuse files that are no template.

    Args:
        folder: The files.
        where: Their source, for the refusal.

    Raises:
        BadInput: They have no configuration of Copier.
    """
    if not any((folder / name).is_file() for name in CONFIGS):
        raise BadInput(
            what="not a catalogue, and not a template of Copier",
            where=where,
            why="there is no copier.yml in it",
            fix="name the folder or repository that has one at its root",
        )


def _ids(folder: Path, configuration: Mapping[str, Any]) -> Iterator[str]:
    """Yield the ids of the templates, if it is a catalogue of this project's shape."""
    question = configuration.get("template")
    choices = question.get("choices") if isinstance(question, dict) else None
    ids = list(choices.values() if isinstance(choices, dict) else choices if isinstance(choices, list) else ())
    if not ids or not all((folder / "templates" / str(id_) / "template.toml").is_file() for id_ in ids):
        return
    for id_ in ids:
        if not isinstance(id_, str) or not ID.fullmatch(id_):
            raise BadInput(
                what=f"the catalogue has a template that cannot be named: {id_}",
                where="copier.yml, template",
                why="an id has lower-case letters, digits and dashes",
                fix="report it to the maintainers of the catalogue",
            )
        yield id_


def runs(configuration: Mapping[str, Any]) -> Iterator[str]:
    """Yield a line for everything that rendering or updating a project runs, reads outside, or loads."""
    for key, title in (("_tasks", "task"), ("_migrations", "migration")):
        for each in _list(configuration.get(key)):
            yield f"{title}: {_line(_command(each))}"
    for each in _list(configuration.get("_jinja_extensions")):
        yield f"extension of Jinja: {_line(each)}"
    external = configuration.get("_external_data")
    for each in external.values() if isinstance(external, dict) else _list(external):
        yield f"data from a file: {_line(each)}"


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if value else []


def _command(task: Any) -> Any:
    if not isinstance(task, dict):
        return task
    steps = [task[key] for key in ("command", "before", "after") if key in task]
    return steps[0] if len(steps) == 1 else steps or task


def _line(value: Any) -> str:
    text = " ".join(map(str, value)) if isinstance(value, list) else str(value)
    return without_unprintable(text).replace("\n", "\\n")
