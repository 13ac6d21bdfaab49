"""What is to be different: a key or an element that comes, or one that goes; and data with that done to it.

Not here: how a file says it (`toml_splices.py`, `jsonc_splices.py`).
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

from scaffolder.reading.config.document import Key, dig

KeyPath = tuple[Key, ...]


@dataclass(frozen=True)
class Insert:
    """A value that comes.

    Args:
        path: Where; the tables on the way may be missing.
        value: The value.
        appends: Whether it becomes the last element of an array at that path, not the value of the key itself.
    """

    path: KeyPath
    value: Any
    appends: bool = False


@dataclass(frozen=True)
class Remove:
    """A value that goes, with the tables and arrays that are empty then.

    Args:
        path: Where it is.
    """

    path: KeyPath


class Unclear(Exception):
    """A file is written in a way that an edit cannot be sure about."""


def expected(data: dict[str, Any], change: Insert | Remove) -> dict[str, Any]:
    """Answer data after a change."""
    changed = copy.deepcopy(data)
    if isinstance(change, Remove):
        above = dig(changed, change.path[:-1])
        del above[change.path[-1]]
        return changed
    table: Any = changed
    for key in change.path[:-1]:
        table = table.setdefault(key, {}) if isinstance(table, dict) else table[key]
    if change.appends:
        table.setdefault(change.path[-1], []).append(change.value)
    else:
        table[change.path[-1]] = change.value
    return changed


def pruned(data: Any, path: KeyPath) -> Any:
    """Answer data without what is empty on the way to a path, which a removal may leave or take along."""
    inner = dig(data, path[:1])
    if not path or inner is None or not isinstance(data, dict):
        return data
    left = pruned(inner, path[1:])
    rest = {key: value for key, value in data.items() if key != path[0]}
    return rest if left in ({}, []) else {**rest, path[0]: left}
