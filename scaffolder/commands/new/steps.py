"""The steps of `scaffold new`: its decisions, and the pages that show the result.

Each step takes a draft and returns it with one more decision. `command.py` lists them in their order.

Not here: the draft (`draft.py`), making the project (`making.py`), the review (`review.py`), and the validation at
the end (`validate.py`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from scaffolder.catalogue import manifests, render
from scaffolder.catalogue.interview import place_of, refuse_troubles
from scaffolder.commands.new import destination, picker, staging
from scaffolder.commands.new.draft import Addition, NewProject
from scaffolder.core.errors import BadInput
from scaffolder.core.invocation import program_elsewhere
from scaffolder.core.template import Question
from scaffolder.ui import prompts


def choose_template(draft: NewProject) -> NewProject:
    """Take the template from the request, or let the user pick one."""
    request = draft.request
    given = dict(request.answers)
    template = request.template or given.get("template")
    given.pop("template", None)
    additions = _additions(draft)
    ids = manifests.template_ids() if template is None else []
    if len(ids) == 1:
        template = ids[0]
    if template is None and request.may_prompt:
        template = draft.conversation.ask(picker.pick_template)
    if template is None:
        raise BadInput(
            what="no template given",
            where="--template",
            why=f"{'--defaults asks nothing' if request.interactive else 'there is no terminal to ask at'}; "
            f"the templates are {', '.join(ids)}",
            fix=replace(draft, template=ids[0], destination=Path("my-worker")).first_command,
        )
    try:
        id_ = manifests.template(str(template)).id
    except BadInput as refusal:
        refusal.where = refusal.where if request.template else place_of("template", request.places)
        raise
    return replace(draft, template=id_, given=given, additions=additions)


def choose_destination(draft: NewProject) -> NewProject:
    """Take the folder from the request; without one, the worker's name is the folder's."""
    named = draft.request.destination
    if named is not None:
        folder = destination.destination_of(named)
        if not draft.request.dry_run and (done := staging.sweep(folder)):
            draft.report.note(done)
        destination.check_destination(folder)
    else:
        folder = Path.cwd() / _folder_name(draft.given, "my-worker")
    return replace(draft, destination=folder)


def answer_questions(draft: NewProject) -> NewProject:
    """Check the given answers, and ask for the missing ones.

    Raises:
        BadInput: An answer is not legal, or is missing where nobody can be asked.
    """
    interview = render.interview(draft.template, draft.destination, draft.given)
    refuse_troubles(interview.troubles, draft.request.places)
    lacking = interview.required if draft.request.use_defaults else interview.missing
    if lacking and not draft.request.may_prompt:
        raise _missing(replace(draft, answers=interview.answers), lacking)
    draft = replace(draft, answers=interview.answers)
    for name in interview.missing if draft.request.may_prompt else ():
        draft = ask(draft, name)
    return draft


def ask(draft: NewProject, name: str) -> NewProject:
    """Ask one question; the defaults of later ones may follow from the answer."""
    interview = render.interview(draft.template, draft.destination, draft.given)
    question = next(question for question in interview.questions if question.name == name)
    answer = put(draft, question, lambda text: _judge(draft, name, text))
    given = {**draft.given, name: answer}
    judged = render.interview(draft.template, draft.destination, given)
    return replace(draft, given=given, answers=judged.answers)


def put(draft: NewProject, question: Question, judge: prompts.Judge) -> Any:
    """Put a question to the user, with the answer that was given before the user went back to it."""
    return draft.conversation.ask(lambda before: prompts.ask(question, judge, before))


def settle_destination(draft: NewProject) -> NewProject:
    """Name the folder after the worker if the user named none."""
    if draft.request.destination is not None:
        return draft
    folder = Path.cwd() / _folder_name(draft.answers, draft.template)
    destination.check_destination(folder)
    return replace(draft, destination=folder)


def _folder_name(answers: Mapping[str, Any], otherwise: str) -> str:
    """Return the name of a folder that the user has not named; a template of others may ask for a name anyhow."""
    name = next((answers[key] for key in ("worker_name", "project_slug", "project_name") if answers.get(key)), "")
    # Only a plain name: an answer is no path.
    return str(name) if re.fullmatch(r"[\w-][\w.-]*", str(name)) else otherwise


def decide_validation(draft: NewProject) -> NewProject:
    """Validate if the user asked for it, and by default at a terminal."""
    wanted = draft.request.validate
    return replace(draft, validate=draft.request.interactive if wanted is None else wanted)


def rehearse(draft: NewProject) -> NewProject:
    """Check that the template can take its additions, before anything is asked, installed or written."""
    if draft.additions:
        from scaffolder.commands.new import composition  # noqa: PLC0415 - it loads every kind, and what they read

        composition.rehearse(draft.template, draft.answers, draft.additions)
    return draft


def show_project(draft: NewProject) -> NewProject:
    """Show the project's folder, files and notes."""
    report, verb = draft.report, "Would create" if draft.request.dry_run else "Created"
    report.tree(f"{verb} {draft.destination}", list(draft.files))
    for note in draft.notes:
        report.plain(note)
    report.result(
        project=str(draft.destination),
        template=draft.template,
        answers=draft.answers,
        additions=[str(addition) for addition in draft.additions],
        workspace=draft.workspace,
        notes=list(draft.notes),
        files=list(draft.files),
        command_again=draft.command,
        dry_run=draft.request.dry_run,
    )
    return draft


def show_next(draft: NewProject) -> NewProject:
    """Show the next commands, and the one that makes the project again, or after a dry run at all."""
    report = draft.report
    if not draft.request.dry_run:
        report.line("\nNext:")
        report.plain(f"  cd {draft.folder}\n  {program_elsewhere()} dev\n  {program_elsewhere()} validate")
    report.line("\nTo make it:" if draft.request.dry_run else "\nTo make the same project again:")
    report.plain(f"  {draft.command}")
    return draft


def _additions(draft: NewProject) -> tuple[Addition, ...]:
    if not draft.request.additions:
        return ()
    from scaffolder.commands.new import composition  # noqa: PLC0415 - it loads every kind, and what they read

    return composition.parse(draft.request.additions)


def _judge(draft: NewProject, name: str, text: str) -> str:
    given = {**draft.given, name: text}
    interview = render.interview(draft.template, draft.destination, given)
    return dict(interview.troubles).get(name, "")


def _missing(draft: NewProject, names: tuple[str, ...]) -> BadInput:
    return BadInput(
        what=f"no answer to {', '.join(names)}",
        where="--set",
        why="--defaults asks nothing, and there is no default"
        if draft.request.use_defaults
        else "there is no terminal to ask at, and --defaults was not given",
        fix=draft.command,
    )
