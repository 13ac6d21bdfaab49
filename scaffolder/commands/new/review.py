"""The review of all answers before a project is made: each can be changed until all are right.

Not here: the questions themselves (`steps.py`).
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from scaffolder.catalogue import render
from scaffolder.commands.new import destination
from scaffolder.commands.new.additions import ask_additions
from scaffolder.commands.new.address import refuse_source
from scaffolder.commands.new.draft import NewProject
from scaffolder.commands.new.steps import answer_questions, ask, choose_template, put, settle_destination
from scaffolder.commands.new.workspace_choice import decide_workspace
from scaffolder.core.errors import Refusal, cancelled
from scaffolder.core.template import Question
from scaffolder.ui import prompts


def review(draft: NewProject) -> NewProject:
    """Show every answer, and let the user change any of them until all are right."""
    if not draft.request.may_prompt or draft.request.yes or draft.request.dry_run:
        return draft
    while (choice := _choice(draft)) != prompts.CREATE:
        if choice == prompts.CANCEL:
            raise cancelled("the review of the answers", "you chose Cancel")
        draft = _change(draft, choice)
    return draft


def _choice(draft: NewProject) -> str:
    lines = _review_lines(draft)
    return str(draft.conversation.ask(lambda before: prompts.review(lines, before)))


def _review_lines(draft: NewProject) -> dict[str, str]:
    questions = render.interview(draft.template, draft.destination, draft.given).questions
    lines = {question.name: _label(question, draft.answers[question.name]) for question in questions}
    validate = "yes: build it, run it and test it" if draft.validate else "no"
    with_ = {"with": ", ".join(map(str, draft.additions)) or "nothing more"}
    around = {"workspace": draft.workspace} if draft.workspace else {}
    folder = {"folder": str(draft.destination), **around}
    return {"template": draft.template, **lines, **with_, **folder, "validate": validate}


def _label(question: Question, answer: Any) -> str:
    """Return the label that the user picked, which is clearer than the value behind it."""
    if isinstance(answer, bool):
        return "yes" if answer else "no"
    return next((label for label, value in question.choices if value == answer), str(answer))


def _change(draft: NewProject, choice: str) -> NewProject:
    if choice == "validate":
        return replace(draft, validate=not draft.validate)
    if choice == "folder":
        return decide_workspace(_ask_folder(draft))
    if choice == "workspace":
        return decide_workspace(draft)
    if choice == "with":
        return replace(draft, additions=ask_additions(draft))
    if choice == "template":
        kept = ("worker_name", "description")
        shared: dict[str, Any] = {name: draft.given[name] for name in kept if name in draft.given}
        request = replace(draft.request, template=None, answers=shared)
        fresh = answer_questions(choose_template(replace(draft, request=request)))
        return decide_workspace(settle_destination(replace(fresh, request=draft.request)))
    return decide_workspace(settle_destination(ask(draft, choice)))


def _ask_folder(draft: NewProject) -> NewProject:
    question = Question("folder", "str", "Which folder should it be made in?", str(draft.destination))
    folder = Path(put(draft, question, _judge_folder))
    request = replace(draft.request, destination=folder)
    return replace(draft, request=request, destination=destination.destination_of(folder))


def _judge_folder(text: str) -> str:
    try:
        refuse_source(text)
        destination.check_destination(destination.destination_of(Path(text)))
    except Refusal as refusal:
        return refusal.why
    return ""
