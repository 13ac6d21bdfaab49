"""What moved between two versions of a catalogue, by the table that each release carries: `releases/moved.toml`.

For each version it lists ids of templates, names of questions and paths of files, each old name with the new one:

    ["0.2.0".templates]
    bindings = "settings"

    ["0.2.0".questions]
    queue_name = "jobs"

    ["0.2.0".files.d1]
    "src/cors.rs" = "src/http/cors.rs"

Not here: moves that no table lists (`file_moves.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from scaffolder.reading.config import toml_parser
from scaffolder.reading.source import Source
from scaffolder.updating.template_versions import Version
from scaffolder.updating.version_numbers import numbers

TABLE = Path("releases", "moved.toml")
EVERY = "all"
"""The key of files that moved in every template."""


@dataclass(frozen=True)
class Moved:
    """What moved on the way from one version to another.

    Args:
        template: The template's id in the new version.
        questions: The new names of questions, by the old ones.
        files: The new paths of files, by the old ones.
    """

    template: str
    questions: dict[str, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)

    def renamed(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        """Return answers under the names that their questions have in the new version."""
        return {self.questions.get(name, name): value for name, value in answers.items()}


def between(old: Version, new: Version, template: str) -> Moved:
    """Return what moved between two versions.

    Args:
        old: The old version.
        new: The new one, whose table counts.
        template: The template's id in the old version.
    """
    moved = Moved(template)
    for version, table in sorted(_tables(new.folder), key=lambda each: numbers(each[0])):
        if numbers(old.number) < numbers(version) <= numbers(new.number):
            files = {**_part(table, "files", EVERY), **_part(table, "files", moved.template)}
            moved = replace(
                moved,
                template=str(_part(table, "templates").get(moved.template, moved.template)),
                questions=_followed(moved.questions, _part(table, "questions")),
                files=_followed(moved.files, files),
            )
    return moved


def _tables(folder: Path) -> Iterable[tuple[str, Any]]:
    path = folder / TABLE
    return toml_parser.read(Source.read(folder, path)).data.items() if path.is_file() else ()


def _part(table: Any, *keys: str) -> dict[str, Any]:
    """Return a table in a table; an empty one if others wrote something else there."""
    for key in keys:
        table = table.get(key) if isinstance(table, dict) else None
    return table if isinstance(table, dict) else {}


def _followed(known: Mapping[str, str], further: Mapping[str, str]) -> dict[str, str]:
    """Return moves that are followed by further ones."""
    first = {old: str(further.get(new, new)) for old, new in known.items()}
    return {**{old: str(new) for old, new in further.items() if old not in known.values()}, **first}
