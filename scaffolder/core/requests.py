"""The arguments of commands after parsing: `new`, `adopt`, `check`, `add`, `remove`, `rename`, `update` and `fleet`.

Not here: parsing them (`command_line.py`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ANY_HASH = "*"
"""The value of `--trust` without a hash, which an empty text is not: a script's variable may be unset."""


@dataclass(frozen=True)
class Consent:
    """The user's consent to run what others wrote.

    Args:
        given: The value of `--trust`: a hash, an empty text for whatever is there, or None if it was not given.
        interactive: Whether somebody can be asked at the terminal.
    """

    given: str | None = None
    interactive: bool = False


@dataclass(frozen=True)
class NewRequest:
    """The arguments of `scaffold new`; None means not given.

    `places` has the file and line of each answer that is from a file.
    """

    destination: Path | None
    template: str | None
    answers: dict[str, Any] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    additions: tuple[str, ...] = ()
    validate: bool | None = None
    use_defaults: bool = False
    yes: bool = False
    git: bool = True
    dry_run: bool = False
    interactive: bool = False
    workspace: str | None = None
    source: str | None = None
    trust: str | None = None

    @property
    def consent(self) -> Consent:
        """The consent to run what others wrote."""
        return Consent(self.trust, self.may_prompt)

    @property
    def may_prompt(self) -> bool:
        """Whether questions may be asked on the terminal."""
        return self.interactive and not self.use_defaults


@dataclass(frozen=True)
class AdoptRequest:
    """The arguments of `scaffold adopt`; None means not given.

    Args:
        project: The project's folder.
        template: The template's id.
        answers: Answers by the names of their questions.
        take: The files that are taken; none means the usual ones.
        take_all: All offered files are taken.
        yes: The proposal is confirmed.
        dry_run: Show the proposal without writing anything.
        stash: Put changes that are not committed aside.
        interactive: There is a terminal to ask at.
    """

    project: Path
    template: str | None = None
    answers: dict[str, Any] = field(default_factory=dict)
    take: tuple[str, ...] = ()
    take_all: bool = False
    yes: bool = False
    dry_run: bool = False
    stash: bool = False
    interactive: bool = False

    @property
    def may_prompt(self) -> bool:
        """Whether questions may be asked on the terminal."""
        return self.interactive and not (self.yes or self.dry_run)


@dataclass(frozen=True)
class CheckRequest:
    """The arguments of `scaffold check`; an empty selection means every rule."""

    project: Path
    select: list[str]
    ignore: list[str]
    fix: bool
    sarif: Path | None
    config: Path | None = None
    policy: Path | None = None


@dataclass(frozen=True)
class EditRequest:
    """The arguments of `scaffold add`, `scaffold remove` or `scaffold rename`.

    Args:
        kind: The kind, such as `kv`.
        name: The name, including a value after `=`.
        project: The project's folder.
        environment: An environment, `all`, or an empty string for the top level; None if not given.
        dry_run: Show the changes without writing them.
        new_name: The new name, for `rename`.
        never_deployed: The thing to be removed has never been deployed.
        config: The wrangler file, seen from the project; None for the one that wrangler finds.
    """

    kind: str
    name: str
    project: Path
    environment: str | None
    dry_run: bool
    new_name: str = ""
    never_deployed: bool = False
    config: Path | None = None


@dataclass(frozen=True)
class UpdateRequest:
    """The arguments of `scaffold update`.

    Args:
        project: The project's folder.
        version: The version to update to; None for the newest.
        answers: Answers to questions of that version.
        dry_run: Show the changes without writing them.
        validate: Whether the updated project has to be proven before it is delivered.
        stash: Put changes that are not committed aside.
        interactive: Whether questions may be asked on the terminal.
        may_conflict: Whether an update with conflicts is written, with markers; if not, it is refused.
        consent: The consent to build what is not from the bundled catalogue.
    """

    project: Path
    version: str | None = None
    answers: dict[str, Any] = field(default_factory=dict)
    dry_run: bool = False
    validate: bool = False
    stash: bool = False
    interactive: bool = False
    may_conflict: bool = True
    consent: Consent = field(default_factory=Consent)


@dataclass(frozen=True)
class FleetRequest:
    """The arguments of `scaffold fleet`.

    Args:
        file: The list of the projects.
        action: `report`, `update` or `workflow`.
        to: The version to compare with, or to update to; None for the newest.
        validate: Whether each updated project has to be proven before it is delivered.
        shard: The part of the list, such as `2/4`; None for all of it.
        shards: The number of jobs of the workflow; None for one that suits the list.
        trust: The value of `--trust`; None if it was not given.
    """

    file: Path
    action: str
    to: str | None = None
    validate: bool = True
    shard: str | None = None
    shards: int | None = None
    trust: str | None = None

    @property
    def is_update(self) -> bool:
        """Whether the projects are updated."""
        return self.action == "update"
