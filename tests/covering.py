"""The covering array: for each template two projects, one with about half of the kinds and one with the others.

So every kind meets every template, but for `LEFT_OUT`, and over all projects each two kinds are there together, one
of them alone, and neither. A kind falls into it as soon as its class is written; where the others are does not change.

Not here: building the projects (`live/test_kinds_live.py`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from scaffolder.catalogue import manifests
from scaffolder.editing.kind import Kind
from scaffolder.editing.kind_registry import kinds

LEFT_OUT = {
    ("cron", "scheduled"): "its tests want a job in src/job.rs for each cron",
    ("assets", "leptos"): "it has its own",
    ("version-metadata", "bindings"): "it has one, and there is one at most",
    **{("observability", id_): "it has it" for id_ in manifests.template_ids()},
}
"""What a template has already or cannot take, with the reason."""

OTHERWISE = {"cron": "7 * * * *", "environment": "staging"}
"""What has a name of another kind."""

FOLDERS = {"rpc": "client"}
"""The worker of a workspace that things are added to."""


@dataclass(frozen=True)
class Row:
    """One project of the array.

    Args:
        template: The template that it is made of.
        is_other: Whether it has the other half of the kinds.
    """

    template: str
    is_other: bool

    @property
    def name(self) -> str:
        """The project's name, which no other one has."""
        return f"{self.template}-{'b' if self.is_other else 'a'}"

    @property
    def kinds(self) -> list[Kind]:
        """What is added to it; an environment comes last, as it copies what is there."""
        found = [kind for kind in kinds().values() if self._has(kind)]
        return sorted(found, key=lambda kind: kind.is_environment)

    def make(self, folder: Path, run: Callable[..., int]) -> Path:
        """Make the project, and answer its folder."""
        project = folder / self.name
        code = run("new", str(project), "--template", self.template, "--defaults", "--no-validate", "--no-git")
        assert code == 0
        return project

    def add(self, project: Path, run: Callable[..., int]) -> None:
        """Add each of its kinds."""
        for kind in self.kinds:
            assert run("add", kind.name, name_of(kind), "--project", str(self.worker(project))) == 0, kind.name

    def remove(self, project: Path, run: Callable[..., int]) -> None:
        """Remove each of its kinds again, the last one first."""
        for kind in reversed(self.kinds):
            name = name_of(kind).partition("=")[0]
            taken_back = ["--never-deployed"] if kind.has_history else []
            assert run("remove", kind.name, name, *taken_back, "--project", str(self.worker(project))) == 0, kind.name

    def worker(self, project: Path) -> Path:
        """Answer the folder of the worker that gets it all."""
        return project / FOLDERS.get(self.template, "")

    def _has(self, kind: Kind) -> bool:
        digest = hashlib.sha256(f"{kind.name} {self.template}".encode()).digest()
        return (kind.name, self.template) not in LEFT_OUT and bool(digest[0] % 2) is self.is_other


def name_of(kind: Kind) -> str:
    """Answer what the projects call a kind's thing: as no template calls anything, where it has a name to choose."""
    if kind.name in OTHERWISE:
        return OTHERWISE[kind.name]
    if kind.argument.startswith(("NAME", "QUEUE")):
        word = kind.name.upper().replace("-", "_") if kind.argument.startswith("NAME") else kind.name
        return word + "".join(kind.example.partition("=")[1:])
    return kind.usual_name or ""


ROWS = [Row(id_, is_other) for id_ in manifests.template_ids() for is_other in (False, True)]


def size() -> str:
    """Word how large the array is."""
    words = [word for word in kinds() if any(kind.name == word for row in ROWS for kind in row.kinds)]
    pairs = len(list(combinations(words, 2)))
    return (
        f"the array: {len(ROWS)} projects cover {len(words)} kinds and {pairs} pairs of them "
        f"over {len(manifests.template_ids())} templates"
    )
