"""The target of an edit: the name, the worker and the environment of a command; and what the file has under that name.

Not here: the kind of thing that the name belongs to (`kind.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from scaffolder.editing.operations import KeyPath
from scaffolder.reading.config.environments import Environment
from scaffolder.reading.project import Worker


@dataclass(frozen=True)
class EditTarget:
    """One thing in one environment that is added, removed or renamed.

    Args:
        name: The name of the thing.
        value: The text after `=`; empty if there is none.
        worker: The worker that is edited.
        environment: The environment; the top level has an empty name.
        new_name: The new name, for a renaming.
        was_never_deployed: Whether the user passed `--never-deployed`, for a removal.
    """

    name: str
    value: str
    worker: Worker
    environment: Environment
    new_name: str = ""
    was_never_deployed: bool = False

    @property
    def prefix(self) -> KeyPath:
        """The path of the environment's table in the wrangler file."""
        return self.environment.prefix

    @property
    def argument(self) -> str:
        """The name and the value as the command line takes them."""
        return f"{self.name}{'=' if self.value else ''}{self.value}"

    @property
    def kebab_name(self) -> str:
        """The name in lower case with dashes, as Cloudflare writes names of resources."""
        return self.name.lower().replace("_", "-")

    @property
    def resource_name(self) -> str:
        """A name for a resource that no other worker or environment uses."""
        parts = [self.worker.config.get("name"), self.kebab_name, self.environment.name]
        return "-".join(str(part) for part in parts if part)


@dataclass(frozen=True)
class Found:
    """What a wrangler file has under the name of a target.

    Args:
        path: Its path.
        value: Its value: a table, or a name in a list.
        matches: Whether it is what the target asks for.
    """

    path: KeyPath
    value: Any
    matches: bool

    def get(self, key: str) -> Any:
        """Return a value of its table, or None."""
        return self.value.get(key) if isinstance(self.value, dict) else None
