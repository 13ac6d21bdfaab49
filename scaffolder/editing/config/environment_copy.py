"""Copies what an environment does not inherit, so that it has resources of its own.

Not here: which keys those are (`environments.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scaffolder.editing.operations import Insert, KeyPath
from scaffolder.reading.config.environments import NOT_INHERITED

IDS = {"id", "preview_id", "database_id", "preview_database_id"}
"""Keys that name somebody's data; without them, wrangler creates what is missing."""

NAMES = {"bucket_name", "database_name", "queue", "dead_letter_queue", "dataset"}
"""Keys that name a resource."""

SHARED = {"hyperdrive": "id", "ratelimits": "namespace_id", "services": "service", "vectorize": "index_name"}
"""Tables whose copy leads to the same thing, and the key that says to which."""


def environment_of(data: dict[str, Any], name: str) -> Iterator[Insert]:
    """Tell what makes an environment of the top level."""
    yield Insert(("env", name), {})
    own = {key: value for key, value in data.items() if key in NOT_INHERITED and value}
    renamed = {old: f"{old}-{name}" for old in _names(own)}
    for key, value in own.items():
        # Hyperdrive cannot be without its id.
        copied = value if key in {"hyperdrive", "vars"} else _copy(value, renamed)
        if key == "vars":
            copied = {each: renamed.get(said, said) if isinstance(said, str) else said for each, said in value.items()}
        yield from _spread(("env", name, key), copied)


def shared_by(data: dict[str, Any]) -> Iterator[str]:
    """Tell what an environment has together with the top level: another's data, its counts, its workers."""
    for table, key in SHARED.items():
        listed = data.get(table)
        for each in listed if isinstance(listed, list) else ():
            if isinstance(each, dict) and key in each:
                yield f"{each.get('binding', each.get('name'))} ({table}, {key} {each[key]})"


def _spread(path: KeyPath, value: Any) -> Iterator[Insert]:
    """Tell a value as tables where it has tables."""
    if _are_tables(value):
        yield from (Insert(path, each, appends=True) for each in value)
    elif isinstance(value, dict) and any(map(_are_tables, value.values())):
        for key, each in value.items():
            yield from _spread((*path, key), each)
    else:
        yield Insert(path, value)


def _are_tables(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(each, dict) for each in value)


def _names(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for each in value:
            yield from _names(each)
    elif isinstance(value, dict):
        yield from (each for key, each in value.items() if key in NAMES and isinstance(each, str))
        for each in value.values():
            yield from _names(each)


def _copy(value: Any, renamed: dict[str, str]) -> Any:
    if isinstance(value, list):
        return [_copy(each, renamed) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        key: renamed[each] if key in NAMES and isinstance(each, str) else _copy(each, renamed)
        for key, each in value.items()
        if key not in IDS
    }
