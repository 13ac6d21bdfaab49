"""Copies what an environment does not inherit, so that it has resources of its own.

Not here: the keys that it does not inherit (`environments.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scaffolder.editing.operations import Insert, KeyPath
from scaffolder.reading.config.environments import NOT_INHERITED

IDS = {"id", "preview_id", "database_id", "preview_database_id"}
"""Keys with the id of a resource; without them, wrangler creates a resource for the environment."""

NAMES = {"bucket_name", "database_name", "queue", "dead_letter_queue", "dataset"}
"""Keys with the name of a resource."""

SHARED = {
    "dispatch_namespaces": "namespace",
    "hyperdrive": "id",
    "ratelimits": "namespace_id",
    "secrets_store_secrets": "secret_name",
    "services": "service",
    "vectorize": "index_name",
}
"""Tables whose copies refer to the same resource, and the key that refers to it."""


def environment_of(data: dict[str, Any], name: str) -> Iterator[Insert]:
    """Yield the insertions that copy the top level into a new environment."""
    yield Insert(("env", name), {})
    own = {key: value for key, value in data.items() if key in NOT_INHERITED and value}
    renamed = {old: f"{old}-{name}" for old in _names(own)}
    for key, value in own.items():
        copied = _workflows(value, name) if key == "workflows" else _copy_of_key(key, value, renamed)
        yield from _spread(("env", name, key), copied)


def _workflows(value: Any, environment: str) -> Any:
    """Return copies of workflows under names of their own: one belongs to the worker that was deployed last."""
    listed = value if isinstance(value, list) else []
    own = [
        isinstance(each, dict) and "script_name" not in each and isinstance(each.get("name"), str) for each in listed
    ]
    renamed = [
        {**each, "name": f"{each['name']}-{environment}"} if is_own else each
        for each, is_own in zip(listed, own, strict=True)
    ]
    return renamed if isinstance(value, list) else value


def _copy_of_key(key: str, value: Any, renamed: dict[str, str]) -> Any:
    if key == "hyperdrive":
        # wrangler creates no Hyperdrive configuration, so its id has to stay.
        return value
    if key == "vars" and isinstance(value, dict):
        # A variable with the name of a resource has to follow it.
        return {name: renamed.get(text, text) if isinstance(text, str) else text for name, text in value.items()}
    return _copy(value, renamed)


def shared_by(data: dict[str, Any]) -> Iterator[str]:
    """Yield the resources that a new environment shares with the top level."""
    for table, key in SHARED.items():
        listed = data.get(table)
        for each in listed if isinstance(listed, list) else ():
            if isinstance(each, dict) and key in each:
                yield f"{each.get('binding', each.get('name'))} ({table}, {key} {each[key]})"


def _spread(path: KeyPath, value: Any) -> Iterator[Insert]:
    """Yield the insertions of a value, with one for each table in it."""
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
