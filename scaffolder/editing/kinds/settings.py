"""Settings: variables, and logs that are kept.

Not here: secrets (`secret.py`), crons (`crons.py`) and environments (`environment.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scaffolder.core.errors import BadInput
from scaffolder.core.invocation import program
from scaffolder.editing.kind import Kind, Order
from scaffolder.editing.operations import Path, Put
from scaffolder.editing.rust.bindings_rs import Read


class Var(Kind):
    """A variable: `=TEXT` is its value."""

    word, bound, says, form = "var", "var", "value", "NAME=TEXT"
    example, is_key = "GREETING=Hello", True
    read = Read("String", "env.var({})?.to_string()")
    test = """
test("$name is text, the only variable that Rust reads alone", async () => {
  const { $name } = await $worker.getEnv();
  assert.equal(typeof $name, "string");
});
"""

    def there(self, order: Order) -> tuple[Path, Any] | None:
        """Answer the variable."""
        path = (*order.prefix, "vars", order.name)
        value = order.worker.config.get(*path)
        return (path, {"value": value}) if value is not None else None

    def named(self, path: Path) -> Path | None:
        """Answer the place of its key."""
        return path

    def puts(self, order: Order) -> Iterator[Put]:
        """Tell the variable."""
        yield Put((*order.prefix, "vars", order.name), order.given)


class Observability(Kind):
    """Logs that are kept. It has no name."""

    word, is_inherited, form, usual, is_single = "observability", True, "", "", True

    def check(self, order: Order) -> None:
        """Refuse a name."""
        if order.name:
            raise BadInput(
                what=f"observability has no name, such as `{order.name}`",
                where="NAME",
                why="a worker's logs are kept, or they are not",
                fix=f"{program()} add observability",
            )

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
