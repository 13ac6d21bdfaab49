"""An environment, with all that it does not inherit.

Not here: what that is (`environment_copy.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from scaffolder.core.errors import BadInput
from scaffolder.core.invocation import program
from scaffolder.editing.config.environment_copy import environment_of, shared_by
from scaffolder.editing.kind import Changes, EditTarget, Kind
from scaffolder.editing.operations import Insert, KeyPath

ENVIRONMENT = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
ALL = "all"
"""What `--env` takes for every environment."""


class EnvironmentKind(Kind):
    """An environment with a copy of every binding and variable; names of resources get its name at their end."""

    word, is_inherited, is_key, usual = "environment", True, True, "staging"

    def check(self, target: EditTarget) -> None:
        """Refuse a name that no worker could have."""
        if not ENVIRONMENT.fullmatch(target.name) or target.name == ALL:
            raise BadInput(
                what=f"`{target.name}` is no name for an environment",
                where="NAME",
                why="it becomes a part of the worker's name: small letters, digits and dashes, and not `all`",
                fix=f"{program()} add environment staging",
            )

    def there(self, target: EditTarget) -> tuple[KeyPath, Any] | None:
        """Answer the environment."""
        found = target.worker.config.get("env", target.name)
        return (("env", target.name), found) if found is not None else None

    def puts(self, target: EditTarget) -> Iterator[Insert]:
        """Tell the environment, and all that it does not inherit."""
        yield from environment_of(target.worker.config.data, target.name)

    def brings(self, targets: Sequence[EditTarget], changes: Changes) -> None:
        """Say what both have together."""
        shared = list(shared_by(targets[0].worker.config.data))
        if self.there(targets[0]) is None and shared:
            changes.notes.append(f"shared with the top level until you change it: {', '.join(shared)}")

    def named(self, path: KeyPath) -> KeyPath | None:
        """Answer the place of its key."""
        return path

    def is_same(self, target: EditTarget, there: Any) -> bool:  # noqa: ARG002
        """Answer whether there is one."""
        return isinstance(there, dict)

    def follows(self, targets: Sequence[EditTarget], changes: Changes) -> None:
        """Say what keeps the old name."""
        target = targets[0]
        name = (
            target.worker.config.get("env", target.name, "name") or f"{target.worker.config.get('name')}-{target.name}"
        )
        if name == f"{target.worker.config.get('name')}-{target.name}":
            changes.notes.append(f"what was deployed as {name} stays there: the next deploy makes another worker")
        if (target.worker.folder / f".dev.vars.{target.name}").exists():
            changes.notes.append(f".dev.vars.{target.name} keeps its name: rename it")
