"""The steps of `scaffold new` that write: the project, and its first commit.

The commit is made where the project is staged, so that a run that is stopped during it leaves nothing. Only in a
repository that is there already it is made afterwards, with the new files alone.

Not here: the decisions (`steps.py`), and the hidden folder (`staging.py`).
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from scaffolder.catalogue import current, manifests, render
from scaffolder.commands.new import delivery, destination, foreign_project, rendered, staging, workspace_edits
from scaffolder.commands.new.draft import Addition, NewProject
from scaffolder.commands.new.workspace_choice import JOIN
from scaffolder.commands.new.workspace_edits import WorkspaceEdits
from scaffolder.core.errors import Refusal
from scaffolder.system import signals


def make(draft: NewProject) -> NewProject:
    """Render the project beside its destination, check it, commit it there, and move it into place."""
    if not draft.request.dry_run:
        staging.sweep(draft.destination)
    destination.check_destination(draft.destination)
    staying = destination.staying(draft.destination)
    with staging.staging(draft.destination) as staged:
        # Another run may have finished between the first look and the lock.
        destination.check_destination(draft.destination)
        with draft.report.working("making the project"):
            uncommitted = render.render(draft.template, draft.answers, staged, task_environment=_tasks(draft))
            notes = [*_uncommitted(uncommitted), *_compose(staged, draft.additions)]
            foreign_project.record(staged, draft.template)
        around = workspace_edits.apply(draft, staged)
        if draft.workspace == JOIN:
            around = _with_lock(around, draft, staged)
        notes += around.notes
        rendered.check_tree(staged)
        files = sorted(path.relative_to(staged).as_posix() for path in staged.rglob("*") if path.is_file())
        notes += _kept(draft.destination, staged, [name for name in staying if name != ".git"])
        new = [name for name in files if name not in staying]
        draft = replace(draft, files=tuple(new), notes=tuple(notes))
        return draft if draft.request.dry_run else _commit_and_deliver(draft, staged, staying, around)


def report_commit(draft: NewProject) -> NewProject:
    """Report a first commit that could not be made.

    Raises:
        Refusal: git is missing, or failed.
    """
    if draft.refusal is not None:
        raise draft.refusal
    if draft.is_staged_only:
        draft.report.note(
            "git does not know who you are, so all files are staged but not committed. Set user.name and user.email "
            f"by `git config --global`, then in {draft.folder}: git commit -m 'Start from the catalogue'"
        )
    return draft


def _tasks(draft: NewProject) -> dict[str, str] | None:
    """Return the environment of the template's tasks, which only run for a project that is made."""
    if not current.may_run() or draft.request.dry_run:
        return None
    from scaffolder.commands import consent  # noqa: PLC0415 - it loads the reader of projects

    return consent.task_environment()


def _with_lock(around: WorkspaceEdits, draft: NewProject, staged: Path) -> WorkspaceEdits:
    from scaffolder.commands.new import workspace_lock  # noqa: PLC0415 - it loads the whole toolchain

    draft.report.note("completing the Cargo.lock of the workspace")
    return workspace_lock.completed(around, draft.destination, staged)


def _commit_and_deliver(draft: NewProject, staged: Path, staying: list[str], around: WorkspaceEdits) -> NewProject:
    if not destination.is_clone(draft.destination):
        draft = _commit(draft, staged)
    # Whoever hears of a signal after this has to know whether the project is there.
    with signals.deferred():
        delivery.deliver(staged, draft.destination, staying, around.write)
        draft.delivered.append(draft.destination)
    if destination.is_clone(draft.destination) and staying:
        draft = _commit(draft, draft.destination)
    return draft


def _commit(draft: NewProject, folder: Path) -> NewProject:
    """Make the first commit, unless the project is inside a repository already; a failure is reported later."""
    if not draft.request.git:
        return draft
    from scaffolder.system import git_repository  # noqa: PLC0415 - its library takes a tenth of the whole run to load

    try:
        if destination.is_clone(draft.destination):
            done = git_repository.commit_files(folder, draft.files)
        elif git_repository.is_inside_repository(draft.destination.parent):
            return draft
        else:
            done = git_repository.create_initial_commit(folder)
    except Refusal as refusal:
        refusal.where = str(draft.destination)
        return replace(draft, refusal=refusal)
    return draft if done else replace(draft, is_staged_only=True)


def _compose(staged: Path, additions: tuple[Addition, ...]) -> list[str]:
    if not additions:
        return []
    from scaffolder.commands.new import composition  # noqa: PLC0415 - likewise

    return composition.apply(staged, additions)


def _kept(folder: Path, staged: Path, names: list[str]) -> list[str]:
    """Return a note for each file that stays as it is, with the lines that a .gitignore lacks."""
    notes = []
    for name in names:
        lacking = ""
        if name == ".gitignore" and (staged / name).is_file():
            there, ours = ((place / name).read_text(encoding="utf-8").splitlines() for place in (folder, staged))
            lines = [line for line in ours if line and not line.startswith("#") and line not in there]
            lacking = f"; add these lines to it: {', '.join(lines)}" if lines else ""
        notes.append(f"{name} stays as it is{lacking}")
    return notes


def _uncommitted(paths: list[str]) -> list[str]:
    if not paths:
        return []
    shown = ", ".join(paths[: destination.SHOWN]) + (", ..." if len(paths) > destination.SHOWN else "")
    contains = f"The project contains uncommitted edits of the catalogue: {shown}."
    records = "Its .copier-answers.yml records the commit without them"
    if manifests.pins().catalogue_source != manifests.PLACEHOLDER:
        records += ": `copier update` takes them for edits of yours"
    return [f"{contains} {records}."]
