"""The covering array: for each template two projects, one with about half of the kinds and one with the others.

So every kind meets every template, except for `LEFT_OUT`, and for each two kinds there is a project with both, one with
either alone, and one with neither. A new kind is a part of it as soon as its row is written, and moves no other kind.

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
    ("ai", "ai"): "it has one, and there is one at most",
    ("assets", "assets"): "it has its own",
    ("assets", "leptos"): "it has its own",
    ("assets", "tcp"): "in wrangler, a worker with assets takes no connection from another worker",
    ("email", "email"): "it has its own",
    ("version-metadata", "bindings"): "it has one, and there is one at most",
    ("workflow", "bindings"): "its tests take the build as the module that is started",
    ("workflow", "router"): "likewise",
    **{("observability", id_): "it has it" for id_ in manifests.template_ids()},
}
"""The kinds that a template has already or cannot take, with the reason."""

FOLDERS = {"rpc": "client"}
"""The worker of a workspace that gets the kinds."""


@dataclass(frozen=True)
class Row:
    """One project of the array.

    Args:
        template: The template that it is made from.
        is_other: Whether it has the other half of the kinds.
    """

    template: str
    is_other: bool

    @property
    def name(self) -> str:
        """The unique name of the project."""
        return f"{self.template}-{'b' if self.is_other else 'a'}"

    @property
    def kinds(self) -> list[Kind]:
        """The kinds that it gets; an environment comes last, because it copies the others."""
        found = [kind for kind in kinds().values() if self._has(kind)]
        return sorted(found, key=lambda kind: kind.is_environment)

    def make(self, folder: Path, run: Callable[..., int]) -> Path:
        """Make the project, and return its folder."""
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
        """Return the folder of the worker that gets the kinds."""
        return project / FOLDERS.get(self.template, "")

    def _has(self, kind: Kind) -> bool:
        digest = hashlib.sha256(f"{kind.name} {self.template}".encode()).digest()
        return (kind.name, self.template) not in LEFT_OUT and bool(digest[0] % 2) is self.is_other


def name_of(kind: Kind) -> str:
    """Return the argument of `scaffold add`: a name that no template uses, if the kind lets one choose it freely."""
    if kind.is_environment or not kind.argument.startswith(("NAME", "QUEUE")):
        return kind.usual_name or ""
    name = kind.name.upper().replace("-", "_") if kind.argument.startswith("NAME") else kind.name
    return name + "".join(kind.example.partition("=")[1:])


ROWS = [Row(id_, is_other) for id_ in manifests.template_ids() for is_other in (False, True)]


def size() -> str:
    """Return the size of the array, in words."""
    tried = [name for name in kinds() if any(kind.name == name for row in ROWS for kind in row.kinds)]
    pairs = len(list(combinations(tried, 2)))
    return (
        f"the array: {len(ROWS)} projects cover {len(tried)} kinds and {pairs} pairs of them "
        f"over {len(manifests.template_ids())} templates"
    )
