"""The two operations on the data of a wrangler file or manifest, and their effect on the data.

Not here: their effect on the text (`toml_splices.py`, `jsonc_splices.py`).
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any, Protocol

from scaffolder.core.text_edit import TextEdit
from scaffolder.reading.config.document import Key, dig

KeyPath = tuple[Key, ...]


@dataclass(frozen=True)
class Insert:
    """The insertion of a value.

    Args:
        path: Its path; the tables on the way may be missing.
        value: The value.
        appends: Whether it becomes the last element of the array at that path, not the value of the key itself.
    """

    path: KeyPath
    value: Any
    appends: bool = False


@dataclass(frozen=True)
class Remove:
    """The removal of a value, with the tables and arrays that are empty without it.

    Args:
        path: Its path.
    """

    path: KeyPath


class Unclear(Exception):
    """A file is written in a way that an edit cannot edit safely.

    Args:
        where: The file, with the line if one is known; empty for the file that is being edited.
        why: The cause, as a clause; empty if none is known.
    """

    def __init__(self, where: str = "", why: str = "") -> None:
        super().__init__(where)
        self.why = why


class Page(Protocol):
    """A file in one language, and how each operation is written there."""

    def append(self, path: KeyPath, value: Any) -> list[TextEdit]:
        """Return the edits that make a value the last element of an array."""

    def insert(self, path: KeyPath, value: Any) -> list[TextEdit]:
        """Return the edits that give a key a value."""

    def remove(self, path: KeyPath) -> list[TextEdit]:
        """Return the edits that remove a value."""


def edits_on(page: Page, operation: Insert | Remove) -> list[TextEdit]:
    """Return the edits that perform an operation on a file.

    Raises:
        Unclear: The file is written in a way that cannot be edited safely.
    """
    if isinstance(operation, Remove):
        return page.remove(operation.path)
    insert = page.append if operation.appends else page.insert
    return insert(operation.path, operation.value)


def expected(data: dict[str, Any], operation: Insert | Remove) -> dict[str, Any]:
    """Return a copy of data after an operation."""
    changed = copy.deepcopy(data)
    if isinstance(operation, Remove):
        above = dig(changed, operation.path[:-1])
        del above[operation.path[-1]]
        return changed
    table: Any = changed
    for key in operation.path[:-1]:
        table = table.setdefault(key, {}) if isinstance(table, dict) else table[key]
    if operation.appends:
        table.setdefault(operation.path[-1], []).append(operation.value)
    else:
        table[operation.path[-1]] = operation.value
    return changed


def pruned(data: Any, path: KeyPath) -> Any:
    """Return data without the empty tables and arrays on the way to a path, which a removal may leave or remove."""
    inner = dig(data, path[:1])
    if not path or inner is None or not isinstance(data, dict):
        return data
    left = pruned(inner, path[1:])
    rest = {key: value for key, value in data.items() if key != path[0]}
    return rest if left in ({}, []) else {**rest, path[0]: left}
