"""Finds the edits that lead from the data of a file to other data.

Not here: their effect on the text (`config_merge.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from scaffolder.editing.operations import Insert, KeyPath, Remove
from scaffolder.updating.merge.data_merge import identity
from scaffolder.updating.merge.plain_data import canonical, same


@dataclass(frozen=True)
class Replace:
    """The replacement of a value by another one.

    Args:
        path: Its path.
        value: The new value.
    """

    path: KeyPath
    value: Any


Change = Insert | Remove | Replace


def changes(before: Any, after: Any, path: KeyPath = ()) -> Iterator[Change]:
    """Yield the edits that lead from one value to another, in an order that leaves the paths of later ones alone."""
    if same(before, after):
        return
    if isinstance(before, dict) and isinstance(after, dict):
        yield from _tables(before, after, path)
    elif isinstance(before, list) and isinstance(after, list) and before and after:
        yield from _lists(before, after, path)
    else:
        yield Replace(path, after)


def _tables(before: dict[str, Any], after: dict[str, Any], path: KeyPath) -> Iterator[Change]:
    for key, value in after.items():
        if key in before:
            yield from changes(before[key], value, (*path, key))
    for key, value in after.items():
        if key not in before:
            yield from _inserted((*path, key), value)
    yield from (Remove((*path, key)) for key in before if key not in after)


def _inserted(path: KeyPath, value: Any) -> Iterator[Change]:
    """Yield the insertion of a value; each table of an array on its own, as files have them."""
    if isinstance(value, list) and value and all(isinstance(each, dict) for each in value):
        yield from (Insert(path, each, appends=True) for each in value)
    else:
        yield Insert(path, value)


def _lists(before: list[Any], after: list[Any], path: KeyPath) -> Iterator[Change]:
    name = identity(before, after)
    old, new = ([each[name] if name else canonical(each) for each in listed] for listed in (before, after))
    staying = list(_staying(old, new))
    if not staying:
        yield Replace(path, after)
        return
    for number in reversed(range(len(old))):
        if number not in staying:
            yield Remove((*path, number))
    for number, place in enumerate(staying):
        yield from changes(before[place], after[number], (*path, number))
    yield from (Insert(path, each, appends=True) for each in after[len(staying) :])


def _staying(old: list[Any], new: list[Any]) -> Iterator[int]:
    """Yield the places of the elements that stay: the others go, and come back behind them if they are still wanted."""
    place = 0
    for each in new:
        if each not in old[place:]:
            return
        place = old.index(each, place) + 1
        yield place - 1
