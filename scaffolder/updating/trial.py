"""Tries an update on a copy of the project: what `scaffold check` finds there and did not find before.

Not here: building the copy, which is for `scaffold validate` (`validate.py`).
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from stat import S_ISDIR, S_ISREG

from scaffolder.checks import rule_registry
from scaffolder.checks.engine import examine_folder
from scaffolder.core.errors import BadInput, BuildOrTestFailed, Refusal
from scaffolder.core.findings import Finding
from scaffolder.reading.neighbours import of_project
from scaffolder.reading.secret_files import is_secret_file
from scaffolder.system import paths
from scaffolder.system.file_writer import FileChange
from scaffolder.system.scratch import scratch
from scaffolder.validation.tree_copy import LEFT_OUT, TreeCopy
from scaffolder.validation.working_copy import COPY


@contextmanager
def copy_with(project: Path, changes: Sequence[FileChange]) -> Iterator[Path]:
    """Yield a copy of a project, with its neighbours, in which the changes are made.

    Args:
        project: The project's real folder.
        changes: The changes of its files.
    """
    with scratch(paths.work()) as place:
        copy = _copied(project, place)
        for each in changes:
            path = copy / each.path.relative_to(project)
            path.parent.mkdir(parents=True, exist_ok=True)
            if each.after is None:
                path.unlink(missing_ok=True)
            else:
                path.write_bytes(each.after)
        yield copy


def _copied(project: Path, place: Path) -> Path:
    try:
        return TreeCopy(project, of_project(project), place / COPY).make()
    except BadInput:
        # A link that no build may follow, such as one to the owner's home, is none of an update's business.
        alone = place / "alone" / COPY
        shutil.copytree(project, alone, symlinks=True, ignore=_left_out)
        return alone


def _left_out(folder: str, names: list[str]) -> set[str]:
    """Return what is not copied: what tools make, secrets, and what is no file, folder or link."""
    unusual = {name for name in names if not S_ISREG(mode := Path(folder, name).lstat().st_mode) and not S_ISDIR(mode)}
    links = {name for name in names if Path(folder, name).is_symlink()}
    return {name for name in names if name in LEFT_OUT or is_secret_file(name)} | (unusual - links)


def refuse_new_findings(project: Path, copy: Path) -> None:
    """Refuse an update whose result `scaffold check` finds faults in that the project did not have.

    Raises:
        BuildOrTestFailed: It does.
    """
    before, after = _findings(project), _findings(copy)
    after = None if after is None else [_at_home(each, project, copy) for each in after]
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


def _at_home(found: Finding, project: Path, copy: Path) -> Finding:
    """Return a finding about a copy as one about the project: a member's is often about its workspace's manifest."""
    # What is around the project has the same place around its copy.
    while project.name == copy.name:
        project, copy = project.parent, copy.parent
    texts = {name: getattr(found, name).replace(str(copy), str(project)) for name in ("message", "fix")}
    return replace(found, **texts)


def _line(found: Finding) -> str:
    return f"{found.span.file}:{found.span.line} {found.code} {found.message}; fix: {found.fix}"
