"""The commands `scaffold update` and `scaffold update --undo`, as lists of steps.

Nothing is written before everything is shown, tried and, at a terminal, confirmed; then all is written or nothing.

Not here: the versions, the merge and the copy for the way back (`updating/`), and showing them (`update_preview.py`).
"""

from __future__ import annotations

from pathlib import Path
from shlex import quote

from scaffolder.commands import update_consent, update_preview
from scaffolder.commands.aside import Aside, put_aside
from scaffolder.commands.update_questions import asking
from scaffolder.core.errors import BadInput, Conflict, cancelled
from scaffolder.core.invocation import program
from scaffolder.core.requests import UpdateRequest
from scaffolder.editing.exclusive_change import exclusive_change
from scaffolder.reading import usable_project
from scaffolder.system import git_worktree, paths, signals, transaction
from scaffolder.system.git_worktree import State
from scaffolder.system.scratch import scratch
from scaffolder.ui import prompts
from scaffolder.ui.console import escaped
from scaffolder.ui.report import Report
from scaffolder.updating import (
    locks,
    origin_record,
    preparation,
    trial,
    undoing,
    unfinished,
    update_delivery,
    update_plan,
)
from scaffolder.updating.undoing import Undone
from scaffolder.updating.update_plan import UpdatePlan

NO_REPOSITORY = State("", "", is_shallow=False, changed=())


def run(request: UpdateRequest, report: Report) -> int:
    """Update a project to another version of its template.

    Raises:
        Refusal: The update is refused, or leaves conflicts.
    """
    record = origin_record.read(request.project)
    _recover(record.folder, request, report)
    unfinished.refuse(record.folder)
    usable_project.read(record.folder, None, report.note)
    state = git_worktree.state(record.folder) if git_worktree.is_versioned(record.folder) else NO_REPOSITORY
    if not request.dry_run:
        _refuse_state(record.folder, state, request)
    changed = state.changed if request.stash and not request.dry_run else ()
    with put_aside(record.folder, changed, "update") as aside, scratch(paths.work()) as place:
        with report.working("rendering both versions of the template"):
            prepared = preparation.prepare(record, request.version, request.answers, place, asking(request, report))
            plan = update_plan.plan(record, prepared.old, prepared.new, prepared.moved.files, place)
            plan = locks.renewed(plan)
        update_preview.show(plan, prepared, report, dry_run=request.dry_run)
        if not plan.changes and not plan.conflicts:
            return 0
        update_consent.to_write(plan, request, report)
        if not request.dry_run:
            _confirm(request, plan)
        _try(plan, request, report)
        return _finish(plan, request, report, state, aside)


def undo(project: Path, report: Report) -> int:
    """Undo the last update of a project.

    Raises:
        BadInput: There is none to undo.
    """
    record = origin_record.read(project)
    with exclusive_change(record.folder, report.note), signals.deferred():
        done = undoing.undo(record.folder)
        _show_undone(record.folder, done, report)
        report.settled = 0
    return 0


def _show_undone(folder: Path, done: Undone, report: Report) -> None:
    for path in done.files:
        report.line(f"restored {escaped(path)}")
    report.line(f"undid the update from {escaped(done.old)} to {escaped(done.new)}")
    if done.kept is not None:
        report.plain(f"your own later changes of these files are in {done.kept}")
    if done.stash:
        report.plain(f"what --stash put aside is still there: git stash apply {done.stash[:12]}")
    report.result(
        project=str(folder),
        undone={"from": done.old, "to": done.new},
        files=list(done.files),
        kept=str(done.kept) if done.kept else None,
        stash=done.stash or None,
    )


def _recover(folder: Path, request: UpdateRequest, report: Report) -> None:
    if request.dry_run:
        if left := transaction.unfinished(folder):
            report.note(left)
        return
    with exclusive_change(folder, report.note):
        pass


def _refuse_state(folder: Path, state: State, request: UpdateRequest) -> None:
    """Refuse a repository in which an update could be lost, or could not know what was deployed.

    Raises:
        BadInput: It is one.
    """
    if state is NO_REPOSITORY:
        return
    if state.is_shallow:
        raise BadInput(
            what="the repository is a shallow clone",
            where=str(folder),
            why="its older commits name the migrations that may have been applied, and they are missing",
            fix=git_worktree.command(folder, "fetch --unshallow"),
        )
    if state.operation and not (state.branch and state.unmerged):
        raise git_worktree.in_the_middle(folder, state)
    if state.head and not state.branch:
        raise BadInput(
            what="the repository has a detached HEAD",
            where=str(folder),
            why="an update that is committed there belongs to no branch, and is easily lost",
            fix=git_worktree.command(folder, "switch -c update-template"),
        )
    if state.changed and not request.stash:
        shown = ", ".join(state.changed[:5]) + (", ..." if len(state.changed) > 5 else "")  # noqa: PLR2004
        aside = f", or put them aside: {program()} update --stash {quote(str(request.project))}"
        raise BadInput(
            what="the project has changes that are not committed",
            where=shown,
            why="they could not be told from the update",
            fix=f"commit them{aside if state.can_stash else ''}",
        )


def _confirm(request: UpdateRequest, plan: UpdatePlan) -> None:
    """Ask at a terminal whether to write what was shown.

    Raises:
        Interrupted: The user does not want it.
    """
    conflicts = f", {len(plan.conflicts)} of them with conflicts" if plan.conflicts else ""
    sentence = f"Write these changes to {_files(plan)}{conflicts}?"
    if request.interactive and not prompts.confirm(sentence, default=True):
        raise cancelled("the preview of the update", "you chose not to write it")


def _files(plan: UpdatePlan) -> str:
    return "1 file" if len(plan.changes) == 1 else f"{len(plan.changes)} files"


def _try(plan: UpdatePlan, request: UpdateRequest, report: Report) -> None:
    """Check, and if asked validate, a copy of the project with the update; what is in conflict cannot be tried.

    Raises:
        BuildOrTestFailed: The copy does not pass.
        TrustRefused: Nobody has agreed to build it.
    """
    if plan.conflicts:
        return
    folder = plan.record.folder
    with trial.copy_with(folder, plan.changes) as copy:
        with report.working("checking the updated project"):
            trial.refuse_new_findings(folder, copy)
        if request.validate:
            update_consent.to_validate(plan, copy, request.consent, report)
            _validate(folder, copy, report)


def _validate(folder: Path, copy: Path, report: Report) -> None:
    from scaffolder.commands import validate  # noqa: PLC0415 - it loads the whole toolchain
    from scaffolder.toolchain import provision  # noqa: PLC0415 - likewise

    options = provision.options(usable_project.read(copy, None, report.note))
    proofs = validate.validate([(folder.name, copy)], provision.find_tools(options), report, keep=False)
    validate.refuse_failures(proofs)


def _finish(plan: UpdatePlan, request: UpdateRequest, report: Report, state: State, aside: Aside) -> int:
    """Write the update, and show how to undo it or how to finish it.

    Raises:
        Conflict: Files are in conflict.
    """
    folder, back = plan.record.folder, f"{program()} update --undo {quote(str(request.project))}"
    if request.dry_run:
        return Conflict.exit_code if plan.conflicts else 0
    if plan.conflicts and not request.may_conflict:
        raise _unwanted_conflict(plan)
    with signals.deferred():
        copy = update_delivery.deliver(plan, head=state.head, stash=aside.commit)
        aside.is_needed = True
        report.result(undo=back)
        aside.show(report)
        if plan.conflicts:
            details = tuple(
                f"{unfinished.how_to_finish(folder, path)} ({'; '.join(each.conflicts)})"
                for path, each in plan.conflicts.items()
            )
            raise unfinished.conflict(folder, copy, sorted(plan.conflicts), details)
        report.line(f"updated {copy.old} to {copy.new}: {_files(plan)}")
        report.plain(f"to undo it: {back}")
        report.settled = 0
    return 0


def _unwanted_conflict(plan: UpdatePlan) -> Conflict:
    return Conflict(
        what=f"an update to {plan.new.version.shown} would leave conflicts in {', '.join(plan.conflicts)}",
        where=str(plan.record.folder),
        why="both its owner and the template changed the same part of them",
        fix=f"update it by itself, and resolve them: {program()} update {quote(str(plan.record.folder))}",
    )
