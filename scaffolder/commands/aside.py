"""Puts the uncommitted changes of a project aside while a command writes to it, for `--stash`.

Not here: git itself (`git_worktree.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from scaffolder.core.errors import BadInput
from scaffolder.system import git_worktree, signals
from scaffolder.ui.report import Report


@dataclass
class Aside:
    """The changes that `--stash` put aside.

    Args:
        commit: The commit that holds them; empty if there were none.
        is_needed: Whether the command has written to the project, so that they stay there.
    """

    commit: str = ""
    is_needed: bool = False

    def show(self, report: Report) -> None:
        """Name the commit, and the command that brings the changes back."""
        report.result(stash=self.commit or None)
        if self.commit:
            short = self.commit[:12]
            report.plain(
                f"your uncommitted changes are put aside in {short}; to get them back: git stash apply {short}"
            )


@contextmanager
def put_aside(folder: Path, changed: Sequence[str], command: str) -> Iterator[Aside]:
    """Put uncommitted changes aside while the block runs; they come back unless the command has written.

    Args:
        folder: The project's folder.
        changed: The changed files; none means that there is nothing to do.
        command: The name of the command.

    Raises:
        BadInput: git cannot put them aside.
    """
    aside = Aside()
    if changed:
        _refuse_unstashable(folder)
        aside.commit = git_worktree.stash(folder, f"scaffold {command}: before the {command}")
    try:
        yield aside
    finally:
        if aside.commit and not aside.is_needed:
            with signals.deferred():
                git_worktree.unstash(folder, aside.commit)


def _refuse_unstashable(folder: Path) -> None:
    state = git_worktree.state(folder)
    if state.operation and not state.unmerged:
        raise git_worktree.in_the_middle(folder, state)
    if not state.can_stash:
        in_conflict = ", ".join(state.unmerged)
        raise BadInput(
            what="the changes cannot be put aside",
            where=str(folder),
            why=f"a merge has left {in_conflict} in conflict" if in_conflict else "the repository has no commit yet",
            fix="finish the merge, and commit it" if in_conflict else "commit them",
        )
