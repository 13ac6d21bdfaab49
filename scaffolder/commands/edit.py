"""The commands `scaffold add`, `remove` and `rename`: read a project, plan every file's bytes, and write all or none.

Not here: the plans (`editing/`), and writing (`transaction.py`).
"""

from __future__ import annotations

import os
from pathlib import Path

from scaffolder.core.errors import BadInput
from scaffolder.core.requests import EditRequest
from scaffolder.core.unified_diff import unified_diff
from scaffolder.editing import requested_plan
from scaffolder.editing.exclusive_change import exclusive_change
from scaffolder.editing.plan import Plan
from scaffolder.reading import conflicted_files, usable_project
from scaffolder.reading import project as reading
from scaffolder.reading.config import config_search, workspace
from scaffolder.reading.project import Project, Worker
from scaffolder.system import receipts, signals, transaction
from scaffolder.ui.console import escaped, one_line
from scaffolder.ui.report import Report

NOTHING_TO_DO = {"add": "already present", "remove": "nothing to do", "rename": "already renamed"}
"""The line that is printed if nothing changes."""


def run(command: str, request: EditRequest, report: Report) -> int:
    """Add something to a worker, remove it, or rename it."""
    folder = request.project.resolve()
    if request.dry_run:
        if left := transaction.unfinished(folder):
            report.note(left)
        project, worker = _find(folder, request.config, report)
        plan = requested_plan.planned(command, request, worker)
    else:
        with exclusive_change(folder, report.note):
            project, worker = _find(folder, request.config, report)
            plan = requested_plan.planned(command, request, worker)
            with signals.deferred():
                if plan.files:
                    transaction.write(project.folder, plan.files)
                    receipts.update(project.folder, plan.origins)
                _show(project, plan, NOTHING_TO_DO[command], report, dry_run=False)
                report.settled = 0
            return 0
    _show(project, plan, NOTHING_TO_DO[command], report, dry_run=True)
    return 0


def _find(folder: Path, config: Path | None, report: Report) -> tuple[Project, Worker]:
    """Return the project and the worker of a folder, which may be a member of a workspace around it."""
    conflicted_files.refuse(folder)
    chosen = config_search.given(folder, config) if config else None
    home = chosen.parent if chosen else folder
    for around in workspace.around(folder):
        if any(each.folder == home for each in reading.read(around, chosen).workers):
            project = usable_project.read(around, chosen, report.note, home)
            return project, next(each for each in project.workers if each.folder == home)
    project = usable_project.read(folder, chosen, report.note)
    return project, _only(project)


def _only(project: Project) -> Worker:
    if len(project.workers) > 1:
        folders = [each.folder.relative_to(project.folder).as_posix() for each in project.workers]
        raise BadInput(
            what="this project has several workers",
            where=str(project.folder),
            why=f"their folders are {', '.join(folders)}",
            fix=f"choose one: --project {folders[0]}",
        )
    return project.workers[0]


def _show(project: Project, plan: Plan, nothing: str, report: Report, *, dry_run: bool) -> None:
    listed = [(_shown_path(project, each.path), each) for each in plan.files]
    for name, each in listed:
        if dry_run:
            report.plain(unified_diff(one_line(name), each.before, each.after).rstrip("\n"))
        else:
            word = "created" if each.before is None else "removed" if each.after is None else "changed"
            report.line(f"{word} {escaped(name)}")
    if not listed:
        report.line(nothing)
    for note in plan.notes:
        report.plain(note)
    report.result(
        project=str(project.folder),
        dry_run=dry_run,
        notes=plan.notes,
        files=[{"file": name, "diff": unified_diff(name, each.before, each.after)} for name, each in listed],
    )


def _shown_path(project: Project, path: Path) -> str:
    return Path(os.path.relpath(path, project.folder)).as_posix()
