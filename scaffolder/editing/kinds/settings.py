"""Settings: variables, and logs that are kept.

Not here: secrets (`secret.py`), crons (`crons.py`) and environments (`environment.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scaffolder.core.errors import BadInput
from scaffolder.core.invocation import program
from scaffolder.editing.kind import EditTarget, Kind
from scaffolder.editing.operations import Insert, KeyPath
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

    def there(self, target: EditTarget) -> tuple[KeyPath, Any] | None:
        """Answer the variable."""
        path = (*target.prefix, "vars", target.name)
        value = target.worker.config.get(*path)
        return (path, {"value": value}) if value is not None else None

    def named(self, path: KeyPath) -> KeyPath | None:
        """Answer the place of its key."""
        return path

    def puts(self, target: EditTarget) -> Iterator[Insert]:
        """Tell the variable."""
        yield Insert((*target.prefix, "vars", target.name), target.value)


class Observability(Kind):
    """Logs that are kept. It has no name."""

    word, is_inherited, form, usual, is_single = "observability", True, "", "", True

    def check(self, target: EditTarget) -> None:
        """Refuse a name."""
        if target.name:
            raise BadInput(
                what=f"observability has no name, such as `{target.name}`",
                where="NAME",
                why="a worker's logs are kept, or they are not",
                fix=f"{program()} add observability",
            )

    def there(self, target: EditTarget) -> tuple[KeyPath, Any] | None:
        """Answer the table."""
        path = (*target.prefix, "observability")
        found = target.worker.config.get(*path)
        return (path, found) if found is not None else None

    def puts(self, target: EditTarget) -> Iterator[Insert]:
        """Tell the table."""
        yield Insert((*target.prefix, "observability"), {"enabled": True})

    def is_same(self, target: EditTarget, there: Any) -> bool:  # noqa: ARG002
        """Answer whether it is on."""
        return isinstance(there, dict) and there.get("enabled") is True
