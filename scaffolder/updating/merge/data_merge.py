"""Merges the data of three versions of a file of keys and values: by keys, and arrays of tables by what names them.

Not here: texts (`config_merge.py`), and how the migrations of Durable Objects are appended (`migration_log.py`).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from scaffolder.editing.operations import KeyPath
from scaffolder.updating.merge import line_merge, migration_log
from scaffolder.updating.merge.plain_data import canonical, same

IDENTITIES = ("binding", "name", "queue", "pattern", "service", "class_name", "path", "id", "type")
"""The keys that name a table in an array: the first that every table has, with another text in each."""

SETS = {
    "allowed_destination_addresses",
    "categories",
    "compatibility_flags",
    "crate-type",
    "crons",
    "default-members",
    "exclude",
    "features",
    "files",
    "flags",
    "include",
    "keywords",
    "members",
    "required",
    "run_worker_first",
    "watch_dir",
    "workspaces",
}
"""The keys of arrays whose elements stand for themselves: both sides may add some, and remove some."""

LIFECYCLES = {"migrations", "exports"}

MISSING: Any = object()
"""The value of a key that is not there."""


@dataclass(frozen=True)
class Clash:
    """A value that both sides changed, differently.

    Args:
        path: Its path in the result, which has the project's value.
        base: Its path in the old template, or None if it is not there.
        theirs: Its path in the new template, or None.
        name: A name for it, as of keys with dots between them.
    """

    path: KeyPath
    base: KeyPath | None
    theirs: KeyPath | None
    name: str


@dataclass
class Merger:
    """A merge of the data of three files.

    Args:
        is_worker: Whether the file is a wrangler file.
        used_tags: Further tags that no new migration may get.
        clashes: What both sides changed differently.
        notes: Facts for the user that are no conflicts.
    """

    is_worker: bool = False
    used_tags: Collection[str] = ()
    clashes: list[Clash] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def merged(self, base: dict[str, Any], theirs: dict[str, Any], ours: dict[str, Any]) -> dict[str, Any]:
        """Return the merged data."""
        whole: dict[str, Any] = self._tables(base, theirs, ours, _Place())
        # Wrangler takes one of the two ways to declare the classes of Durable Objects.
        if (
            self.is_worker
            and LIFECYCLES <= whole.keys()
            and not any(LIFECYCLES <= each.keys() for each in (theirs, ours))
        ):
            self._clash(
                base.get("migrations", MISSING), MISSING, whole["migrations"], _Place().below(*["migrations"] * 4)
            )
        return whole

    def _value(self, base: Any, theirs: Any, ours: Any, place: _Place) -> Any:
        if same(base, theirs) or same(ours, theirs):
            return ours
        if self._is_log(place.path) and isinstance(ours, list):
            return self._log(base, theirs, ours, place)
        if same(base, ours):
            return theirs
        if ours is MISSING:
            self.notes.append(f"`{place.name}` stays deleted, although the new template changes it")
            return MISSING
        if not place.is_dependency:
            return self._changed(base, theirs, ours, place)
        old, new, own = _as_tables(base, theirs, ours)
        value = self._changed(old, new, own, place)
        return _as_version(value) if isinstance(ours, str) else value

    def _changed(self, base: Any, theirs: Any, ours: Any, place: _Place) -> Any:
        """Return the result for a value that both sides changed."""
        old = {} if base is MISSING else base
        if all(isinstance(each, dict) for each in (old, theirs, ours)):
            return self._tables(old, theirs, ours, place)
        listed = [] if base is MISSING else base
        if all(isinstance(each, list) for each in (listed, theirs, ours)):
            return self._lists(listed, theirs, ours, place)
        return self._clash(base, theirs, ours, place)

    def _tables(self, base: Any, theirs: Any, ours: Any, place: _Place) -> Any:
        found = {}
        for key in {**ours, **theirs, **base}:
            old, new, own = (each.get(key, MISSING) for each in (base, theirs, ours))
            value = self._value(old, new, own, place.below(key, key, key, str(key)))
            if value is not MISSING:
                found[key] = value
        return found

    def _lists(self, base: list[Any], theirs: list[Any], ours: list[Any], place: _Place) -> Any:
        name = identity(base, theirs, ours)
        if name:
            return self._named(name, base, theirs, ours, place)
        is_set = place.path[-1] in SETS or place.path[:1] == ("features",)
        if not is_set or not all(isinstance(each, str) for each in (*base, *theirs, *ours)):
            found = _sequence(base, theirs, ours)
            return self._clash(base, theirs, ours, place) if found is None else found
        gone, gone_here = ([each for each in base if each not in other] for other in (theirs, ours))
        new, new_here = ([each for each in other if each not in base] for other in (theirs, ours))
        # What both removed and both put something else in the place of is one element that both edited.
        if set(gone) & set(gone_here) and new and new_here and set(new) != set(new_here):
            return self._clash(base, theirs, ours, place)
        return [each for each in ours if each not in gone] + [each for each in new if each not in ours]

    def _named(self, key: str, base: list[Any], theirs: list[Any], ours: list[Any], place: _Place) -> list[Any]:
        """Merge arrays of tables; the project's order stays, and what is new goes behind it."""
        old, new, own = ({each[key]: (at, each) for at, each in enumerate(tables)} for tables in (base, theirs, ours))
        found: list[Any] = []
        for name in [*own, *(name for name in new if name not in own)]:
            (at_old, one), (at_new, two), (_, three) = (each.get(name, (None, MISSING)) for each in (old, new, own))
            value = self._value(one, two, three, place.below(len(found), at_old, at_new, str(name)))
            if value is not MISSING:
                found.append(value)
        return found

    def _is_log(self, path: KeyPath) -> bool:
        is_top = len(path) == 1 or (len(path) == len(("env", "name", "migrations")) and path[0] == "env")
        return self.is_worker and is_top and path[-1] == "migrations"

    def _log(self, base: Any, theirs: Any, ours: list[Any], place: _Place) -> list[Any]:
        old = base if isinstance(base, list) else []
        added = migration_log.appended(old, theirs, ours, self.used_tags) if isinstance(theirs, list) else None
        return self._clash(base, theirs, ours, place) if added is None else [*ours, *added]

    def _clash(self, base: Any, theirs: Any, ours: Any, place: _Place) -> Any:
        old, new = place.base if base is not MISSING else None, place.theirs if theirs is not MISSING else None
        self.clashes.append(Clash(place.path, old, new, place.name))
        return ours


@dataclass(frozen=True)
class _Place:
    """The path of a value in the result, in the old and in the new template, and its name."""

    path: KeyPath = ()
    base: KeyPath = ()
    theirs: KeyPath = ()
    name: str = ""

    @property
    def is_dependency(self) -> bool:
        """Whether the value is that of a dependency in a Cargo.toml, which may be a version or a table."""
        return len(self.path) > 1 and str(self.path[-2]).endswith("dependencies")

    def below(self, key: str | int, base: str | int | None, theirs: str | int | None, name: str) -> _Place:
        old, new = (-1 if each is None else each for each in (base, theirs))
        return _Place(
            (*self.path, key), (*self.base, old), (*self.theirs, new), f"{self.name}.{name}" if self.name else name
        )


def _as_version(value: Any) -> Any:
    """Return a dependency that was only a version as one again, if it still is."""
    return value["version"] if isinstance(value, dict) and value.keys() == {"version"} else value


def _as_tables(*versions: Any) -> Sequence[Any]:
    """Return the versions of a dependency in the same form: each as a table if one of them is one."""
    if not any(isinstance(each, dict) for each in versions):
        return versions
    return [{"version": each} if isinstance(each, str) else each for each in versions]


def _sequence(base: list[Any], theirs: list[Any], ours: list[Any]) -> list[Any] | None:
    """Merge arrays whose order counts, as texts are merged; None for a conflict."""
    values = {canonical(each).encode(): each for each in (*base, *theirs, *ours)}
    old, new, own = (b"".join(canonical(each).encode() + b"\n" for each in version) for version in (base, theirs, ours))
    text = line_merge.merged(old, new, own)
    return None if text.conflicts else [values[line] for line in text.content.split(b"\n")[:-1]]


def identity(*versions: list[Any]) -> str:
    """Return the key that names the tables of an array in all of its versions; empty if there is none."""
    tables = [each for version in versions for each in version]
    if not tables or not all(isinstance(each, dict) for each in tables):
        return ""
    return next((key for key in IDENTITIES if all(_is_named(key, version) for version in versions)), "")


def _is_named(key: str, tables: list[Any]) -> bool:
    names = [each.get(key) for each in tables]
    return all(isinstance(name, str) for name in names) and len(set(names)) == len(names)
