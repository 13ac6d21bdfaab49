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
from scaffolder.editing.kind import Changes, Kind, Order
from scaffolder.editing.operations import Path, Put

ENVIRONMENT = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
ALL = "all"
"""What `--env` takes for every environment."""


class EnvironmentKind(Kind):
    """An environment with a copy of every binding and variable; names of resources get its name at their end."""

    word, is_inherited, is_key, usual = "environment", True, True, "staging"

    def check(self, order: Order) -> None:
        """Refuse a name that no worker could have."""
        if not ENVIRONMENT.fullmatch(order.name) or order.name == ALL:
            raise BadInput(
                what=f"`{order.name}` is no name for an environment",
                where="NAME",
                why="it becomes a part of the worker's name: small letters, digits and dashes, and not `all`",
                fix=f"{program()} add environment staging",
            )

    def there(self, order: Order) -> tuple[Path, Any] | None:
        """Answer the environment."""
        found = order.worker.config.get("env", order.name)
        return (("env", order.name), found) if found is not None else None

    def puts(self, order: Order) -> Iterator[Put]:
        """Tell the environment, and all that it does not inherit."""
        yield from environment_of(order.worker.config.data, order.name)

    def brings(self, orders: Sequence[Order], changes: Changes) -> None:
        """Say what both have together."""
        shared = list(shared_by(orders[0].worker.config.data))
        if self.there(orders[0]) is None and shared:
            changes.notes.append(f"shared with the top level until you change it: {', '.join(shared)}")

    def named(self, path: Path) -> Path | None:
        """Answer the place of its key."""
        return path

    def is_same(self, order: Order, there: Any) -> bool:  # noqa: ARG002
        """Answer whether there is one."""
        return isinstance(there, dict)

    def follows(self, orders: Sequence[Order], changes: Changes) -> None:
        """Say what keeps the old name."""
        order = orders[0]
        name = order.worker.config.get("env", order.name, "name") or f"{order.worker.config.get('name')}-{order.name}"
        if name == f"{order.worker.config.get('name')}-{order.name}":
            changes.notes.append(f"what was deployed as {name} stays there: the next deploy makes another worker")
        if (order.worker.folder / f".dev.vars.{order.name}").exists():
            changes.notes.append(f".dev.vars.{order.name} keeps its name: rename it")
