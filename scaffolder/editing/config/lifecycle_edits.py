"""Creates, renames and deletes a Durable Object class in the style that a wrangler file uses.

Migrations are appended to and never edited, because a deploy looks for the tag that it applied last. `exports` have no
tags: an entry has the state of its class. A file with neither gets migrations, which the catalogue's templates use and
every version of wrangler knows. An environment inherits both from the top level.

Not here: the classes that exist (`durable_lifecycle.py`), and the binding (`durable_object.py`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from scaffolder.core.errors import Conflict
from scaffolder.editing.operations import Insert, KeyPath, Remove
from scaffolder.reading.config.document import Document
from scaffolder.reading.config.durable_lifecycle import is_by_exports, living
from scaffolder.reading.config.environments import Environment, environments

KEYS = ("migrations", "exports")
CREATED = ("new_sqlite_classes", "new_classes")


@dataclass(frozen=True)
class Lifecycle:
    """A list of migrations, or a table of exports, with the environments that it holds for.

    Args:
        environment: The environment that it is written in.
        holds_for: The names of the environments that have it.
        used_tags: Returns the tags of older versions of the file, which a deploy may have applied.
    """

    environment: Environment
    holds_for: tuple[str, ...]
    used_tags: Callable[[], AbstractSet[str]] = frozenset

    @property
    def prefix(self) -> KeyPath:
        """The path of the environment."""
        return self.environment.prefix

    @property
    def is_by_exports(self) -> bool:
        """Whether the classes are declared by `exports`."""
        return is_by_exports(self.environment) or bool(
            self.environment.get("exports") and not self.environment.get("migrations")
        )

    @property
    def living(self) -> set[str]:
        """The classes that exist."""
        return {*living(self.environment)}

    def created(self, name: str) -> Iterator[Insert]:
        """Yield the operations that create a class with SQLite.

        Raises:
            Conflict: Its name is that of a class that ended.
        """
        if not self.is_by_exports:
            yield self._step("new_sqlite_classes", [name])
            return
        self._refuse_ended(name)
        yield Insert((*self.prefix, "exports", name), {"type": "durable-object", "storage": "sqlite"})

    def deleted(self, name: str) -> Iterator[Insert | Remove]:
        """Yield the operations that delete a class, with the data of its objects."""
        if self.is_by_exports:
            yield from self._ended(name, {"state": "deleted"})
        else:
            yield self._step("deleted_classes", [name])

    def renamed(self, old: str, new: str) -> Iterator[Insert | Remove]:
        """Yield the operations that rename a class; its objects and their data stay.

        Raises:
            Conflict: The new name is that of a class that ended.
        """
        if not self.is_by_exports:
            yield self._step("renamed_classes", [{"from": old, "to": new}])
            return
        self._refuse_ended(new)
        table = self.environment.get("exports", old)
        yield Insert((*self.prefix, "exports", new), {key: each for key, each in table.items() if key != "state"})
        yield from self._ended(old, {"state": "renamed", "renamed_to": new})

    def taken_back(self, name: str) -> Remove:
        """Return the removal of a class's creation, as if it had never been there.

        Raises:
            Conflict: The class exists by a renaming or a transfer.
        """
        path = living(self.environment)[name].path
        at = self.environment.written(path)
        if self.is_by_exports:
            return Remove(at)
        if path[2] not in CREATED:
            raise Conflict(
                what=f"`{name}` was not created as a new class",
                where=self._place(at),
                why=f"the class comes from {path[2]}",
                fix=f"remove the migration by hand, or leave out --never-deployed to delete `{name}`",
            )
        migration = self.environment.get(*path[:2])
        is_all = set(migration) <= {"tag", path[2]} and len(migration[path[2]]) == 1
        return Remove(at[:-2] if is_all else at)

    def tag_of(self, name: str) -> str:
        """Return the tag under which a class was created; empty in `exports`, which have none."""
        path = living(self.environment)[name].path
        return "" if self.is_by_exports else str(self.environment.get(*path[:2], "tag"))

    def _step(self, key: str, value: Any) -> Insert:
        return Insert((*self.prefix, "migrations"), {"tag": self._next_tag(), key: value}, appends=True)

    def _next_tag(self) -> str:
        """Return an unused tag in the style of the last one."""
        taken = {*tags(self.environment.document.data), *self.used_tags()}
        own = [str(table.get("tag", "")) for _, table in self.environment.tables("migrations")]
        tag = counted_up(own[-1], len(own)) if own else "v1"
        while tag in taken:
            tag = counted_up(tag, len(own))
        return tag

    def _ended(self, name: str, state: dict[str, str]) -> Iterator[Insert | Remove]:
        path: KeyPath = (*self.prefix, "exports", name)
        old_keys = [key for key in self.environment.get("exports", name) if key != "type"]
        yield from (Remove((*path, key)) for key in old_keys)
        yield from (Insert((*path, key), value) for key, value in state.items())

    def _refuse_ended(self, name: str) -> None:
        if self.environment.get("exports", name) is not None:
            raise Conflict(
                what=f"`{name}` is the name of a deleted or renamed class",
                where=self._place((*self.prefix, "exports", name)),
                why="the next deploy still needs its entry",
                fix="choose another name, or remove the entry after that deploy",
            )

    def _place(self, path: KeyPath) -> str:
        document = self.environment.document
        return f"{document.file}:{document.at(*path).line}"


def lifecycles(document: Document, used_tags: Callable[[], AbstractSet[str]] = frozenset) -> list[Lifecycle]:
    """Return each lifecycle of a wrangler file: that of the top level, and those of environments with their own.

    Args:
        document: The wrangler file.
        used_tags: Returns the tags of its older versions; called only if a migration is appended.
    """
    whole = environments(document)
    own = [each for each in whole[1:] if any(key in each.own for key in KEYS)]
    heirs = tuple(each.name for each in whole if each not in own)
    return [Lifecycle(whole[0], heirs, used_tags), *(Lifecycle(each, (each.name,), used_tags) for each in own)]


def tags(data: dict[str, Any]) -> Iterator[str]:
    """Yield every tag of a wrangler file's data, in any environment."""
    named = data.get("env")
    tables = [data, *(named.values() if isinstance(named, dict) else ())]
    for table in tables:
        listed = table.get("migrations") if isinstance(table, dict) else None
        for each in listed if isinstance(listed, list) else ():
            if isinstance(each, dict) and "tag" in each:
                yield str(each["tag"])


def counted_up(tag: str, number: int) -> str:
    """Return the next tag, by the last number in a tag; for a tag without a number, by its position."""
    found = [*re.finditer(r"[0-9]+", tag)]
    if not found:
        return f"v{number + 1}"
    start, end = found[-1].span()
    return f"{tag[:start]}{str(int(tag[start:end]) + 1).zfill(end - start)}{tag[end:]}"
