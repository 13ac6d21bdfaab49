"""A catalogue that is not the bundled one.

Not here: getting it (`opening.py`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from scaffolder.core.policy import Policy


@dataclass(frozen=True)
class Foreign:
    """A catalogue, or a single template of Copier, with the exact state that was taken of it.

    Args:
        source: Its address, without a version.
        ref: The tag or branch; empty for a folder, and for a commit that was given by its hash.
        hash: The full hash of the commit, or of a folder's content.
        folder: Its files on this disk.
        ids: The templates' ids; empty for a single template of Copier.
        runs: What making a project runs: tasks, migrations, extensions of Jinja.
        name: The name by which the user registered it; empty if it was given by its address.
        notes: Sentences for the user about how it was taken.
        defaults: Answers that an organisation gives to its projects.
        house: The folder with the files that an organisation lays over each project; None without one.
        settings: What it adds to each wrangler file.
        policy: What it allows; None for whoever is no organisation with an overlay.
    """

    source: str
    ref: str
    hash: str
    folder: Path
    ids: tuple[str, ...] = ()
    runs: tuple[str, ...] = ()
    name: str = ""
    notes: tuple[str, ...] = ()
    defaults: dict[str, object] = field(default_factory=dict)
    house: Path | None = None
    settings: dict[str, object] = field(default_factory=dict)
    policy: Policy | None = None

    @property
    def address(self) -> str:
        """Its address with its version, as `--from` takes it."""
        return f"{self.source}@{self.ref}" if self.ref else self.source

    @property
    def title(self) -> str:
        """The id of the template that it is, if it is a single one."""
        last = self.source.rstrip("/").replace(":", "/").rpartition("/")[2]
        kept = "".join(letter if letter.isalnum() else "-" for letter in last.lower().removesuffix(".git"))
        return kept.strip("-") or "template"
