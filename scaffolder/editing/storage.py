"""The ways in which a wrangler file stores things: tables with a name, lists of names, keys with values, switches.

Each is a class of kinds; most kinds are a row of data of one of them.

Not here: the kinds (`kinds/`), and what all kinds have in common (`kind.py`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from scaffolder.core.errors import BadInput
from scaffolder.core.invocation import program
from scaffolder.editing.kind import Kind
from scaffolder.editing.operations import Insert, KeyPath
from scaffolder.editing.target import EditTarget, Found
from scaffolder.reading.config.environments import BINDINGS


@dataclass(frozen=True, kw_only=True)
class Binding(Kind):
    """A table of its own in `[[TABLE]]`, or the only one in `[TABLE]`, with a key for the name of the binding.

    Args:
        constants: Further keys of the table, with the same value for everybody.
    """

    constants: Mapping[str, Any] = field(default_factory=dict)

    @property
    def table(self) -> KeyPath:
        """The path of the table, or of the list of tables."""
        return tuple(BINDINGS[self.binding][0].split("."))

    @property
    def name_key(self) -> str:
        """The key for the name."""
        return BINDINGS[self.binding][1]

    def find(self, target: EditTarget) -> Found | None:
        """Return the table with the target's name, or the only one, whatever its name."""
        path: KeyPath = (*target.prefix, *self.table)
        stored = target.worker.config.get(*path)
        for number, table in enumerate(stored if isinstance(stored, list) else []):
            if isinstance(table, dict) and table.get(self.name_key) == target.name:
                return Found((*path, number), table, self.is_same(target, table))
        return Found(path, stored, self.is_same(target, stored)) if isinstance(stored, dict) else None

    def is_same(self, target: EditTarget, table: dict[str, Any]) -> bool:
        """Return whether a table is what the target asks for."""
        if self.is_single:
            return bool(table.get(self.name_key) == target.name)
        return not target.value or (self.value is not None and table.get(self.value.key) == target.value)

    def insertions_for(self, target: EditTarget) -> Iterator[Insert]:
        """Yield the table."""
        table = {self.name_key: target.name, **self.further_keys(target)}
        yield Insert((*target.prefix, *self.table), table, appends=not self.is_single)

    def further_keys(self, target: EditTarget) -> dict[str, Any]:
        """Return the keys of the table besides the name: the value, and the constants."""
        if self.value is None:
            return dict(self.constants)
        value = target.value or (self.value.default(target) if self.value.default else "")
        return {**({self.value.key: value} if value else {}), **self.constants}

    def name_path(self, path: KeyPath) -> KeyPath:
        """Return the path of the key for the name."""
        return (*path, self.name_key)

    def validate(self, target: EditTarget) -> None:
        """Check the name and the value; no binding has an empty one.

        Raises:
            BadInput: One of them is not valid.
        """
        super().validate(target)
        # A new name comes without a value, which stays as it is.
        is_missing = not (target.value or target.new_name)
        if self.value is not None and self.requires_value and is_missing and self.find(target) is None:
            raise BadInput(
                what=f"the {self.value.noun} is missing",
                where=self.argument,
                why=self.value.rule,
                fix=f"{program()} add {self.name} {target.name}={self.argument.partition('=')[2]}",
            )

    def test_values(self, target: EditTarget) -> dict[str, str]:
        """Return the name, and the value: that of the wrangler file, else the target's, else the example."""
        if self.value is None:
            return super().test_values(target)
        found = self.find(target)
        value = found.get(self.value.key) if found is not None else target.value
        # The tests have it between double quotes.
        text = json.dumps(str(value or self.value.example), ensure_ascii=False)[1:-1]
        return {**super().test_values(target), "value": text}


@dataclass(frozen=True, kw_only=True)
class ListedName(Kind):
    """A name in a list of names, such as `secrets.required`."""

    def find(self, target: EditTarget) -> Found | None:
        """Return the name's place in the list."""
        path = (*target.prefix, *self.table)
        listed = target.worker.config.get(*path) or []
        if target.name not in listed:
            return None
        return Found((*path, listed.index(target.name)), target.name, target.value in {"", target.name})

    def insertions_for(self, target: EditTarget) -> Iterator[Insert]:
        """Yield the name."""
        yield Insert((*target.prefix, *self.table), target.name, appends=True)

    def name_path(self, path: KeyPath) -> KeyPath:
        """Return the path of the name, which is all that is stored."""
        return path


@dataclass(frozen=True, kw_only=True)
class KeyWithValue(Kind):
    """A key with a text, such as those of `[vars]`.

    Args:
        path: The path of the table that has the key.
    """

    path: KeyPath

    @property
    def table(self) -> KeyPath:
        """The path of the table that has the key."""
        return self.path

    @property
    def name_is_key(self) -> bool:
        """Whether the name is a key, which it is."""
        return True

    def find(self, target: EditTarget) -> Found | None:
        """Return the key."""
        path = (*target.prefix, *self.table, target.name)
        value = target.worker.config.get(*path)
        return Found(path, value, not target.value or value == target.value) if value is not None else None

    def insertions_for(self, target: EditTarget) -> Iterator[Insert]:
        """Yield the key with its value."""
        yield Insert((*target.prefix, *self.table, target.name), target.value)

    def name_path(self, path: KeyPath) -> KeyPath:
        """Return the path of the key."""
        return path


@dataclass(frozen=True, kw_only=True)
class Switch(Kind):
    """A table without a name that turns something on.

    Args:
        path: The path of the table.
        why_nameless: Why it has no name.
    """

    path: KeyPath
    why_nameless: str

    @property
    def table(self) -> KeyPath:
        """The path of the table."""
        return self.path

    def find(self, target: EditTarget) -> Found | None:
        """Return the table, which may switch it off."""
        path = (*target.prefix, *self.table)
        table = target.worker.config.get(*path)
        is_on = isinstance(table, dict) and table.get("enabled") is True
        return Found(path, table, is_on) if table is not None else None

    def insertions_for(self, target: EditTarget) -> Iterator[Insert]:
        """Yield the table."""
        yield Insert((*target.prefix, *self.table), {"enabled": True})

    def validate(self, target: EditTarget) -> None:
        """Refuse a name.

        Raises:
            BadInput: There is one.
        """
        if target.name:
            raise BadInput(
                what=f"`{self.name}` takes no name, but `{target.name}` was given",
                where="NAME",
                why=self.why_nameless,
                fix=f"{program()} add {self.name}",
            )
