"""An environment, with everything that it does not inherit.

Not here: which keys those are (`environment_copy.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scaffolder.core.errors import BadInput
from scaffolder.core.invocation import program
from scaffolder.editing.config.environment_copy import environment_of, shared_by
from scaffolder.editing.kind import Kind
from scaffolder.editing.operations import Insert, KeyPath
from scaffolder.editing.plan import Plan
from scaffolder.editing.target import EditTarget, Found
from scaffolder.reading.config.accepted_values import LONGEST_WORKER

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
ALL = "all"
"""What `--env` takes for every environment."""


@dataclass(frozen=True, kw_only=True)
class EnvironmentKind(Kind):
    """An environment of the wrangler file."""

    @property
    def table(self) -> KeyPath:
        """The path of the table of all environments."""
        return ("env",)

    @property
    def name_is_key(self) -> bool:
        """Whether the name is a key, which it is."""
        return True

    def find(self, target: EditTarget) -> Found | None:
        """Return the environment's table."""
        table = target.worker.config.get("env", target.name)
        return Found(("env", target.name), table, isinstance(table, dict)) if table is not None else None

    def insertions_for(self, target: EditTarget) -> Iterator[Insert]:
        """Yield the environment, with a copy of everything that it does not inherit."""
        yield from environment_of(target.worker.config.data, target.name)

    def name_path(self, path: KeyPath) -> KeyPath:
        """Return the path of the environment, whose last key is the name."""
        return path

    def validate(self, target: EditTarget) -> None:
        """Check that the name can be a part of a worker's name.

        Raises:
            BadInput: It cannot.
        """
        if not NAME.fullmatch(target.name) or target.name == ALL:
            raise BadInput(
                what=f"`{target.name}` is not a valid environment name",
                where="NAME",
                why="as part of the worker's name, it has lowercase letters, digits and dashes; `all` is reserved",
                fix=f"{program()} add environment staging",
            )
        whole = f"{target.worker.config.get('name') or ''}-{target.name}"
        if self.find(target) is None and len(whole) > LONGEST_WORKER:
            raise BadInput(
                what=f"`{whole}` has {len(whole)} characters",
                where="NAME",
                why=f"it would be the worker's name in this environment, and an address allows only {LONGEST_WORKER}",
                fix="choose a shorter name",
            )

    def on_add(self, targets: Sequence[EditTarget], plan: Plan) -> None:
        """List the resources that a new environment shares with the top level."""
        shared = list(shared_by(targets[0].worker.config.data))
        if self.find(targets[0]) is None and shared:
            plan.notes.append(f"shared with the top level until you change them: {', '.join(shared)}")

    def on_rename(self, targets: Sequence[EditTarget], plan: Plan) -> None:
        """Note what keeps the old name: the deployed worker, and the local secrets."""
        first = targets[0]
        usual = f"{first.worker.config.get('name')}-{first.name}"
        if (first.worker.config.get("env", first.name, "name") or usual) == usual:
            plan.notes.append(f"the worker that was deployed as {usual} stays: the next deploy creates another one")
        if (first.worker.folder / f".dev.vars.{first.name}").exists():
            plan.notes.append(f"rename .dev.vars.{first.name} to .dev.vars.{first.new_name}")


KINDS = (
    EnvironmentKind(
        name="environment",
        title="An environment with a copy of every binding and variable; resource names get its name as a suffix.",
        usual_name="staging",
        is_environment=True,
        is_inherited=True,
    ),
)
