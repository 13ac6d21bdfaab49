"""The Durable Object classes that exist in an environment, after all of its migrations or by its `exports`.

Not here: judgement of the steps (`object_lifecycles.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from scaffolder.reading.config.document import Key
from scaffolder.reading.config.environments import Environment

ENDED = {"deleted", "renamed", "transferred"}
"""The states in `exports` of a class that no longer belongs to this worker."""


@dataclass(frozen=True)
class Living:
    """A class that exists.

    Args:
        name: Its name.
        storage: `sqlite`, `legacy-kv`, or empty for a class that was transferred from another worker.
        path: The path of the entry that created it, in the effective configuration.
    """

    name: str
    storage: str
    path: tuple[Key, ...]


def living(environment: Environment) -> dict[str, Living]:
    """Return the classes that exist in an environment, by their names."""
    if is_by_exports(environment):
        return {each.name: each for each in _exported(environment.get("exports"))}
    found: dict[str, Living] = {}
    for path, migration in environment.tables("migrations"):
        _replay(path, migration, found)
    return found


def is_by_exports(environment: Environment) -> bool:
    """Return whether `exports` declare Durable Objects. If they declare only other entry points, migrations count."""
    exports = environment.get("exports")
    listed = exports.values() if isinstance(exports, dict) else ()
    return any(isinstance(each, dict) and each.get("type") == "durable-object" for each in listed)


def _exported(exports: dict[str, Any]) -> Iterator[Living]:
    for name, table in exports.items():
        is_object = isinstance(table, dict) and table.get("type") == "durable-object"
        if is_object and table.get("state") not in ENDED:
            yield Living(name, str(table.get("storage", "")), ("exports", name))


def _replay(path: tuple[Key, ...], migration: dict[str, Any], found: dict[str, Living]) -> None:
    """Apply one migration in wrangler's order, in which a class may be deleted and created again."""
    for _, name in _listed(migration, "deleted_classes"):
        found.pop(str(name), None)
    for key in ("renamed_classes", "transferred_classes"):
        for number, step in _listed(migration, key):
            if isinstance(step, dict) and "to" in step:
                # A transferred class comes from another worker, so that a class of that name here does not end.
                before = found.pop(str(step.get("from")), None) if key == "renamed_classes" else None
                name, storage = str(step["to"]), before.storage if before else ""
                found[name] = Living(name, storage, (*path, key, number, "to"))
    for key, storage in (("new_classes", "legacy-kv"), ("new_sqlite_classes", "sqlite")):
        for number, name in _listed(migration, key):
            found[str(name)] = Living(str(name), storage, (*path, key, number))


def _listed(migration: dict[str, Any], key: str) -> list[tuple[int, Any]]:
    found = migration.get(key)
    return list(enumerate(found)) if isinstance(found, list) else []
