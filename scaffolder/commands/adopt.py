"""The command `scaffold adopt`: makes a Rust Worker that came from elsewhere a project of a template, for its updates.

It proposes a template, the answers to its questions, and the files that can be taken without losing anybody's work;
once that is confirmed, it writes the record and the files, all or none.

Not here: what is recognised and offered (`adopting/`), and the questions at a terminal (`adopt_review.py`).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from shlex import quote

from scaffolder.adopting import offers, proposed_answers, recognition, upstream
from scaffolder.adopting.adoption import Adoption
from scaffolder.catalogue import manifests, render
from scaffolder.catalogue.interview import refuse_troubles
from scaffolder.commands import adopt_review
from scaffolder.commands.aside import put_aside
from scaffolder.core.errors import BadInput
from scaffolder.core.invocation import program, program_elsewhere
from scaffolder.core.requests import AdoptRequest
from scaffolder.core.template import answer_text
from scaffolder.editing import record
from scaffolder.editing.exclusive_change import exclusive_change
from scaffolder.reading import conflicted_files, project_refusals, usable_project
from scaffolder.reading.config import workspace
from scaffolder.reading.project import Worker
from scaffolder.system import git_worktree, signals, transaction
from scaffolder.system.scratch import scratch
from scaffolder.ui.console import escaped
from scaffolder.ui.report import Report

VERBS = {offers.CREATE: "created", offers.REPLACE: "replaced", offers.REMOVE: "removed"}


def run(request: AdoptRequest, report: Report) -> int:
    """Adopt a project.

    Returns:
        The exit code.

    Raises:
        BadInput: It is no Rust Worker, has a record already, has uncommitted changes, or something was not given.
        IOFailure: A file cannot be written.
    """
    folder = request.project.resolve()
    if not folder.is_dir():
        raise project_refusals.no_folder(folder)
    if request.dry_run:
        if left := transaction.unfinished(folder):
            report.note(left)
        adoption = _decided(folder, request, report)
    else:
        with exclusive_change(folder, report.note), put_aside(folder, _changed(folder, request), "adopt") as aside:
            adoption = _decided(folder, request, report)
            with signals.deferred():
                transaction.write(folder, adoption.changes)
                aside.is_needed = True
                aside.show(report)
                _show(adoption, report, dry_run=False)
                report.settled = 0
            return 0
    _show(adoption, report, dry_run=True)
    return 0


def _decided(folder: Path, request: AdoptRequest, report: Report) -> Adoption:
    """Return the proposal with the changes that the request, or the user at the terminal, makes to it."""
    worker = _worker(folder, report)
    with report.working("comparing the project with the catalogue"):
        adoption = _proposed(worker, request)
    if request.may_prompt:
        return adopt_review.review(adoption, lambda changed: _rendered(worker, changed))
    if not (request.yes or request.dry_run):
        raise _unconfirmed(adoption)
    return adoption


def _worker(folder: Path, report: Report) -> Worker:
    """Return the only worker of a project without a record.

    Raises:
        BadInput: There is none, there are several, or there is a record.
    """
    conflicted_files.refuse(folder)
    project = usable_project.read(folder, None, report.note)
    if os.path.lexists(folder / record.ANSWERS):
        raise BadInput(
            what="this project has a record already",
            where=str(folder / record.ANSWERS),
            why="it names the template that the project is updated from",
            fix=f"to update it: {program()} update {_from_here(folder)}; to adopt it anew, remove that file first",
        )
    if len(project.workers) > 1 or project.workers[0].folder != project.folder:
        folders = [each.folder.relative_to(project.folder).as_posix() for each in project.workers]
        raise BadInput(
            what="this project has several workers" if len(folders) > 1 else "the worker is in a subfolder",
            where=str(project.folder),
            why=f"a template makes one; their folders are {', '.join(folders)}",
            fix="adopt each by itself" if len(folders) > 1 else "adopt that folder",
            details=[f"{program()} adopt {_from_here(folder / each)}" for each in folders],
        )
    return project.workers[0]


def _from_here(folder: Path) -> str:
    """Return a folder as a command from the current one names it."""
    return quote(os.path.relpath(folder))


def _proposed(worker: Worker, request: AdoptRequest) -> Adoption:
    """Return the proposal for a worker, with all that the request states.

    Raises:
        BadInput: A template, an answer or a file of the request is not valid, or an answer is missing.
    """
    found = offers.contents(worker.folder, upstream.paths())
    untouched = upstream.untouched(found)
    seen = recognition.recognise(worker, offers.program(worker.folder), untouched)
    if request.template is not None:
        manifests.template(request.template)
    template = request.template or seen.template
    why = seen.reason if template == seen.template else "it was chosen"
    adoption = Adoption(worker.folder, template, seen.upstream, why, frozenset(untouched), dict(request.answers))
    adoption = _rendered(worker, adoption)
    if adoption.unfit and not request.may_prompt:
        raise _unfit(adoption)
    return adoption.choosing(_chosen(adoption, request))


def _rendered(worker: Worker, adoption: Adoption) -> Adoption:
    """Return an adoption with the answers, the files and the offers that follow from its template.

    Raises:
        BadInput: An answer that was given is not legal.
    """
    given = adoption.given
    refuse_troubles(render.interview(adoption.template, worker.folder, given).troubles, {})
    known, unfit = proposed_answers.proposed(worker, adoption.template, given)
    answers = render.interview(adoption.template, worker.folder, {**known, **given}).answers
    with scratch() as place:
        render.render(adoption.template, answers, place / "project")
        paths = [path for path in (place / "project").rglob("*") if path.is_file()]
        files = {path.relative_to(place / "project").as_posix(): path.read_bytes() for path in paths}
    is_member = workspace.of_crate(worker.folder, worker.folder) is not None
    compared = offers.compare(worker.folder, files, adoption.untouched, is_member=is_member)
    return adoption.knowing(answers, unfit, files[record.ANSWERS], compared)


def _chosen(adoption: Adoption, request: AdoptRequest) -> list[str]:
    """Return the files that are taken: those of the request, or without one, all of an untouched program.

    Raises:
        BadInput: One of them is not offered.
    """
    offered = [each.path for each in adoption.offers.choices]
    for path in request.take:
        if path not in offered:
            raise _not_offered(adoption, path, offered)
    if request.take_all:
        return offered
    return list(request.take) if request.take else adoption.usual


def _changed(folder: Path, request: AdoptRequest) -> tuple[str, ...]:
    """Return the files with uncommitted changes, which are to be put aside; new files are nobody's trouble.

    Raises:
        BadInput: There are some, and nothing says that they are to be put aside.
    """
    state = git_worktree.state(folder) if git_worktree.is_versioned(folder) else None
    changed = state.changed if state and state.head else ()
    if changed and not request.stash:
        aside = f", or put them aside: {program()} adopt --stash {_from_here(folder)}"
        shown = ", ".join(changed[:5]) + (", ..." if len(changed) > 5 else "")  # noqa: PLR2004 - as many as fit a line
        raise BadInput(
            what="this project has uncommitted changes",
            where=str(folder),
            why=f"{shown}: nobody could tell them from those of the adoption",
            fix=f"commit them{aside if state and state.can_stash else ''}",
        )
    return changed


def _show(adoption: Adoption, report: Report, *, dry_run: bool) -> None:
    report.line(f"[bold]{escaped(adoption.template)}[/]: {escaped(adoption.why)}")
    for name, value in adoption.answers.items():
        report.plain(f"  {name}: {answer_text(value)}")
    for each in adoption.offers.files:
        verb = VERBS[each.action] if each in adoption.taken else f"not {VERBS[each.action]}"
        report.plain(f"{'would be ' if dry_run and each in adoption.taken else ''}{verb} {each.path}")
    if adoption.offers.edited:
        report.plain(f"The program stays yours, for these are not files of upstream: {_few(adoption.offers.edited)}")
    if adoption.own:
        report.plain(f"Updates leave alone what is yours: {_few(adoption.own)}")
    if dry_run:
        report.plain(f"\nTo adopt it: {adoption.command}")
    else:
        place = _from_here(adoption.folder)
        report.plain("\nNext:" if place == "." else f"\nNext:\n  cd {place}")
        report.plain(f"  {program_elsewhere()} validate")
        if git_worktree.is_versioned(adoption.folder):
            report.plain("  git add --all && git commit")
    report.result(**adoption.document, dry_run=dry_run)


def _few(paths: tuple[str, ...] | list[str], most: int = 8) -> str:
    return ", ".join(paths[:most]) + (f" and {len(paths) - most} more" if len(paths) > most else "")


def _unconfirmed(adoption: Adoption) -> BadInput:
    answers: Mapping[str, object] = adoption.answers
    return BadInput(
        what="the adoption is not confirmed",
        where="--yes",
        why=f"there is no terminal to ask at; the proposal is `{adoption.template}`, as {adoption.why}",
        fix=adoption.command,
        details=[f"{name}: {answer_text(value)}" for name, value in answers.items()]
        + [f"{each.action} {each.path}" for each in adoption.taken],
    )


def _unfit(adoption: Adoption) -> BadInput:
    first, *others = [f"{name} {why}" for name, why in adoption.unfit.items()]
    given = " ".join(f"--set {name}=..." for name in adoption.unfit)
    return BadInput(
        what=f"no legal answer to {', '.join(adoption.unfit)}",
        where="--set",
        why=f"the project has {first}",
        fix=f"{adoption.command} {given}",
        details=others,
    )


def _not_offered(adoption: Adoption, path: str, offered: list[str]) -> BadInput:
    why = "the template has no such file"
    if path in adoption.own:
        why = "the project has its own, which is no untouched upstream file"
    elif path in adoption.offers.same:
        why = "the project has the template's already"
    return BadInput(
        what=f"{path} is not offered",
        where=f"--take {path}",
        why=why,
        fix=f"choose from {', '.join(offered)}" if offered else "leave out --take",
    )
