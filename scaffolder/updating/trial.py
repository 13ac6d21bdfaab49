"""Tries an update on a copy of the project: what `scaffold check` finds there and did not find before.

Not here: building the copy, which is for `scaffold validate` (`validate.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from scaffolder.checks import rule_registry
from scaffolder.checks.engine import examine_folder
from scaffolder.core.errors import BuildOrTestFailed, Refusal
from scaffolder.core.findings import Finding
from scaffolder.reading.neighbours import of_project
from scaffolder.system import paths
from scaffolder.system.file_writer import FileChange
from scaffolder.system.scratch import scratch
from scaffolder.validation.tree_copy import TreeCopy
from scaffolder.validation.working_copy import COPY


@contextmanager
def copy_with(project: Path, changes: Sequence[FileChange]) -> Iterator[Path]:
    """Yield a copy of a project, with its neighbours, in which the changes are made.

    Args:
        project: The project's real folder.
        changes: The changes of its files.
    """
    with scratch(paths.work()) as place:
        copy = TreeCopy(project, of_project(project), place / COPY).make()
        for each in changes:
            path = copy / each.path.relative_to(project)
            path.parent.mkdir(parents=True, exist_ok=True)
            if each.after is None:
                path.unlink(missing_ok=True)
            else:
                path.write_bytes(each.after)
        yield copy


def refuse_new_findings(project: Path, copy: Path) -> None:
    """Refuse an update whose result `scaffold check` finds faults in that the project did not have.

    Raises:
        BuildOrTestFailed: It does.
    """
    before, after = _findings(project), _findings(copy)
    known = {(each.code, each.span.file, each.message) for each in before or ()}
    if after is None:
        new = [] if before is None else ["the updated project cannot be read"]
    else:
        new = [_line(each) for each in after if (each.code, each.span.file, each.message) not in known]
    if new:
        raise BuildOrTestFailed(
            what=f"the updated project would not pass `scaffold check`: {len(new)} new",
            where=str(project),
            why="an update is delivered only if it breaks nothing; nothing was written",
            fix="change what is named below in your project first, and update it again",
            details=new,
        )


def _findings(folder: Path) -> list[Finding] | None:
    try:
        return examine_folder(folder, rule_registry.choose([], []))[1]
    except Refusal:
        return None


def _line(found: Finding) -> str:
    return f"{found.span.file}:{found.span.line} {found.code} {found.message}; fix: {found.fix}"
