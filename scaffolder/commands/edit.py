"""What `scaffold add`, `remove` and `rename` do: read a project, plan every file's bytes, and write all or none.

Not here: what is changed (`editing/`).
"""

from __future__ import annotations

import difflib
import os
import re
from pathlib import Path
from shlex import quote

from scaffolder.core.errors import BadInput, Conflict
from scaffolder.core.findings import EditRequest
from scaffolder.core.invocation import program
from scaffolder.editing.kind import EditTarget, Kind
from scaffolder.editing.kind_registry import kind as kind_of
from scaffolder.editing.plan import Plan, to_add, to_remove
from scaffolder.editing.rename import to_rename
from scaffolder.reading import project as reading
from scaffolder.reading.config.environments import Environment, environments
from scaffolder.reading.config.workspace import of_crate
from scaffolder.reading.project import Project, Worker
from scaffolder.system import transaction
from scaffolder.ui.report import Report

COMMANDS = {
    "add": (to_add, "already there"),
    "remove": (to_remove, "nothing to do"),
    "rename": (to_rename, "already there"),
}
"""What decides for each command, and what is said where nothing changes."""

NEAR = 3
"""Folders above a worker's in which its workspace may be."""


def run(command: str, request: EditRequest, report: Report) -> int:
    """Add something to a worker, take something out of it, or give it another name."""
    nothing = COMMANDS[command][1]
    folder = request.project.resolve()
    for around in (folder, *folder.parents[:NEAR]):
        if done := transaction.recover(around):
            report.note(done)
    project, worker = _find(folder)
    plan = planned(command, request, worker)
    if not request.dry_run and plan.files:
        transaction.write(project.folder, plan.files)
    _tell(project, plan, nothing, report, dry_run=request.dry_run)
    return 0


def planned(command: str, request: EditRequest, worker: Worker) -> Plan:
    """Plan a command's changes to a worker."""
    kind = kind_of(request.kind)
    return COMMANDS[command][0](kind, _orders(command, kind, worker, request))


def _orders(command: str, kind: Kind, worker: Worker, request: EditRequest) -> list[EditTarget]:
    name, _, given = (request.name, "", "") if command == "rename" else request.name.partition("=")
    # A new name is meant for a thing in every environment, unless one is named.
    wanted = "all" if command == "rename" and request.environment is None else request.environment
    targets = [
        EditTarget(name, given, worker, each, request.to, was_never_deployed=request.never_deployed)
        for each in _environments(kind, worker, wanted)
    ]
    if command != "rename":
        _need_name(command, kind, targets[0])
    if command == "add":
        # What is there may be removed, whatever somebody has called it.
        _check(kind, targets[0], has_value="=" in request.name)
    if request.never_deployed and not kind.has_history:
        raise BadInput(
            what=f"it does not matter whether {kind.word} was deployed",
            where="--never-deployed",
            why="a removal takes back all that an addition made",
            fix="leave --never-deployed out",
        )
    return targets


def _find(folder: Path) -> tuple[Project, Worker]:
    """Find the worker of a folder, which may be a member of a workspace around it."""
    for around in folder.parents[:NEAR]:
        workspace = of_crate(around, around) if (around / "Cargo.toml").is_file() else None
        if workspace is not None and folder in workspace.members():
            project = reading.read(around)
            if found := [each for each in project.workers if each.folder == folder]:
                return project, found[0]
    project = reading.read(folder)
    return project, _only(project)


def _only(project: Project) -> Worker:
    if len(project.workers) > 1:
        folders = [each.folder.relative_to(project.folder).as_posix() for each in project.workers]
        raise BadInput(
            what="this project has several workers",
            where=str(project.folder),
            why=f"they are {', '.join(folders)}",
            fix=f"name the folder of one of them: --project {folders[0]}",
        )
    return project.workers[0]


def _environments(kind: Kind, worker: Worker, wanted: str | None) -> list[Environment]:
    """Answer the environments that are meant; what is inherited needs no choice."""
    whole = environments(worker.config)
    names = [each.name for each in whole[1:]]
    if kind.word == "environment" or (wanted is None and (kind.is_inherited or not names)):
        return whole[:1]
    if wanted is None:
        raise BadInput(
            what="it is not said which environment is meant",
            where="--env",
            why=f"there are {', '.join(names)}, and none of them inherits it from the top level",
            fix=f"--env all, or --env {names[0]}, or --env '' for the top level",
        )
    if wanted == "all":
        return [each for each in whole if not (kind.is_inherited and each.name) or _has_own(kind, each)]
    chosen = [each for each in whole if each.name == wanted]
    if not chosen:
        raise BadInput(
            what=f"there is no environment `{wanted}`",
            where="--env",
            why=f"there are {', '.join(names) or 'none'}",
            fix=f"{program()} add environment {wanted}",
        )
    if kind.is_inherited and wanted and not _has_own(kind, chosen[0]) and _has_own(kind, whole[0]):
        raise Conflict(
            what=f"`{wanted}` has the {kind.word} of the top level",
            where=worker.config.file,
            why="with one of its own it would lose those",
            fix=f"leave --env out, or repeat all under env.{wanted} by hand",
        )
    return chosen


def _has_own(kind: Kind, environment: Environment) -> bool:
    return {"cron": "triggers"}.get(kind.word, kind.word) in environment.own


def _need_name(command: str, kind: Kind, target: EditTarget) -> None:
    if not target.name and kind.form and not kind.form.startswith("["):
        raise BadInput(
            what=f"it is not said which {kind.word} is meant",
            where="NAME",
            why=f"its name has the form {kind.form}",
            fix=f"{program()} {command} {kind.word} {quote(kind.usual or kind.form)}",
        )


def _check(kind: Kind, target: EditTarget, *, has_value: bool) -> None:
    if target.value and not kind.says and kind.word != "secret":
        raise BadInput(
            what=f"{kind.word} takes nothing after `=`",
            where="NAME",
            why="its name is all that there is to say",
            fix=f"{program()} add {kind.word} {target.name}",
        )
    if "=" in kind.form.partition("[")[0] and not has_value and kind.there(target) is None:
        value = kind.form.partition("=")[2]
        raise BadInput(
            what=f"it is not said what {kind.word} `{target.name}` is",
            where=kind.form,
            why="it has no usual value",
            fix=f"{program()} add {kind.word} {target.name}={value}",
        )
    kind.check(target)


def _tell(project: Project, plan: Plan, nothing: str, report: Report, *, dry_run: bool) -> None:
    listed = [(_seen(project, each.path), each) for each in plan.files]
    for name, each in listed:
        if dry_run:
            report.plain("".join(_diff(name, each.before, each.after)).rstrip("\n"))
        else:
            word = "made" if each.before is None else "removed" if each.after is None else "changed"
            report.line(f"{word} {name}")
    if not listed:
        report.line(nothing)
    for note in plan.notes:
        report.plain(note)
    report.result(
        project=str(project.folder),
        dry_run=dry_run,
        notes=plan.notes,
        files=[{"file": name, "diff": "".join(_diff(name, each.before, each.after))} for name, each in listed],
    )


def _seen(project: Project, path: Path) -> str:
    return Path(os.path.relpath(path, project.folder)).as_posix()


def _diff(name: str, before: bytes | None, after: bytes | None) -> list[str]:
    # Not by `splitlines`, for which a form feed ends a line.
    old, new = (re.findall(r"[^\n]*\n|[^\n]+", (content or b"").decode()) for content in (before, after))
    marked = difflib.unified_diff(
        old,
        new,
        f"a/{name}" if before is not None else "/dev/null",
        f"b/{name}" if after is not None else "/dev/null",
        n=2,
    )
    return [line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in marked]
