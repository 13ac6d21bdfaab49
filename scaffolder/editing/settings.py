"""The kinds that are no resource of their own: variables, secrets, crons, logs and environments.

Not here: bindings to resources (`shelf.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from scaffolder.editing.change import Path, Put
from scaffolder.editing.copies import environment_of
from scaffolder.editing.kinds import Kind, Order
from scaffolder.editing.rust import Read
from scaffolder.errors import BadInput

CRON = re.compile(r"[0-9A-Za-z*/,\-#]+( [0-9A-Za-z*/,\-#]+){4}")
ENVIRONMENT = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")


class Var(Kind):
    """A variable: `=TEXT` is its value."""

    word, bound = "var", "var"
    says = "value"
    read = Read("String", "env.var({})?.to_string()")

    def there(self, order: Order) -> tuple[Path, Any] | None:
        """Answer the variable."""
        path = (*order.prefix, "vars", order.name)
        value = order.worker.config.get(*path)
        return (path, {"value": value}) if value is not None else None

    def puts(self, order: Order) -> Iterator[Put]:
        """Tell the variable."""
        yield Put((*order.prefix, "vars", order.name), order.given)


class Secret(Kind):
    """A secret: its name alone, here and in `.dev.vars.example`."""

    word, bound = "secret", "secret"
    read = Read("worker::Secret", "env.secret({})?")

    def check(self, order: Order) -> None:
        """Refuse a value, which belongs nowhere that git sees."""
        super().check(order)
        if order.given:
            raise BadInput(
                what="the value of a secret belongs into no file that git sees", where="NAME",
                why="the wrangler file has its name alone", fix=f"scaffold add secret {order.name}",
            )  # fmt: skip

    def there(self, order: Order) -> tuple[Path, Any] | None:
        """Answer the name's place."""
        path = (*order.prefix, "secrets", "required")
        listed = order.worker.config.get(*path) or []
        return ((*path, listed.index(order.name)), order.name) if order.name in listed else None

    def puts(self, order: Order) -> Iterator[Put]:
        """Tell its name."""
        yield Put((*order.prefix, "secrets", "required"), order.name, appends=True)


class Observability(Kind):
    """Logs that are kept. It has no name."""

    word, is_inherited = "observability", True

    def check(self, order: Order) -> None:
        """Refuse nothing."""

    def there(self, order: Order) -> tuple[Path, Any] | None:
        """Answer the table."""
        path = (*order.prefix, "observability")
        found = order.worker.config.get(*path)
        return (path, found) if found is not None else None

    def puts(self, order: Order) -> Iterator[Put]:
        """Tell the table."""
        yield Put((*order.prefix, "observability"), {"enabled": True})

    def is_same(self, order: Order, there: Any) -> bool:  # noqa: ARG002
        """Answer whether it is on."""
        return isinstance(there, dict) and there.get("enabled") is True


class Cron(Kind):
    """A time at which the worker runs, such as `"5 * * * *"`, in UTC; with a handler, if there is none."""

    word, is_inherited = "cron", True

    def check(self, order: Order) -> None:
        """Refuse what is no cron, and a Sunday that is written as 0."""
        last = order.name.rpartition(" ")[2]
        if not CRON.fullmatch(order.name) or "0" in re.split(r"[^0-9]+", last):
            raise BadInput(
                what=f"`{order.name}` is no cron", where="NAME",
                why="it has five fields with one space between: minute hour day month weekday; Sunday is 1 or SUN",
                fix='scaffold add cron "5 * * * *"',
            )  # fmt: skip

    def there(self, order: Order) -> tuple[Path, Any] | None:
        """Answer the cron's place."""
        path = (*order.prefix, "triggers", "crons")
        listed = order.worker.config.get(*path) or []
        return ((*path, listed.index(order.name)), order.name) if order.name in listed else None

    def puts(self, order: Order) -> Iterator[Put]:
        """Tell the cron."""
        yield Put((*order.prefix, "triggers", "crons"), order.name, appends=True)

    def is_same(self, order: Order, there: Any) -> bool:
        """Answer whether it is that one."""
        return bool(there == order.name)


class EnvironmentKind(Kind):
    """An environment with a copy of every binding and variable; names of resources get its name at their end."""

    word, is_inherited = "environment", True

    def check(self, order: Order) -> None:
        """Refuse a name that no worker could have."""
        if not ENVIRONMENT.fullmatch(order.name):
            raise BadInput(
                what=f"`{order.name}` is no name for an environment", where="NAME",
                why="it becomes a part of the worker's name: small letters, digits and dashes",
                fix="scaffold add environment staging",
            )  # fmt: skip

    def there(self, order: Order) -> tuple[Path, Any] | None:
        """Answer the environment."""
        found = order.worker.config.get("env", order.name)
        return (("env", order.name), found) if found is not None else None

    def puts(self, order: Order) -> Iterator[Put]:
        """Tell the environment, and all that it does not inherit."""
        yield from environment_of(order.worker.config.data, order.name)

    def is_same(self, order: Order, there: Any) -> bool:  # noqa: ARG002
        """Answer whether there is one."""
        return isinstance(there, dict)
