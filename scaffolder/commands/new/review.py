"""The review of all answers before a project is made: each can be changed until all are right.

Not here: the questions themselves (`steps.py`).
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from scaffolder.catalogue import render
from scaffolder.commands.new import composition, staging
from scaffolder.commands.new.steps import Making, answer_questions, ask, choose_template, settle_destination
from scaffolder.core.errors import Refusal, cancelled
from scaffolder.core.template import Question
from scaffolder.ui import prompts


def review(making: Making) -> Making:
    """Show every answer, and let any of them be changed until all are right."""
    if not making.request.may_prompt or making.request.yes or making.request.dry_run:
        return making
    while (choice := prompts.review(_review_lines(making))) != prompts.CREATE:
        if choice == prompts.CANCEL:
            raise cancelled()
        making = _change(making, choice)
    return making


def _review_lines(making: Making) -> dict[str, str]:
    questions = render.interview(making.template, making.destination, making.given).questions
    lines = {question.name: _label(question, making.answers[question.name]) for question in questions}
    validate = "yes: build it, run it and test it" if making.validate else "no"
    with_ = {"with": ", ".join(map(str, making.additions)) or "nothing more"}
    return {"template": making.template, **lines, **with_, "folder": str(making.destination), "validate": validate}


def _label(question: Question, answer: Any) -> str:
    """Answer what the user picked, which says more than the value behind it."""
    if isinstance(answer, bool):
        return "yes" if answer else "no"
    return next((label for label, value in question.choices if value == answer), str(answer))


def _change(making: Making, choice: str) -> Making:
    if choice == "validate":
        return replace(making, validate=not making.validate)
    if choice == "folder":
        return _ask_folder(making)
    if choice == "with":
        return _ask_additions(making)
    if choice == "template":
        kept = ("worker_name", "description")
        shared: dict[str, Any] = {name: making.given[name] for name in kept if name in making.given}
        request = replace(making.request, template=None, answers=shared)
        fresh = answer_questions(choose_template(replace(making, request=request)))
        return settle_destination(replace(fresh, request=making.request))
    return settle_destination(ask(making, choice))


def _ask_folder(making: Making) -> Making:
    question = Question("folder", "str", "Which folder should it be made in?", str(making.destination))
    folder = Path(prompts.ask(question, _judge_folder))
    request = replace(making.request, destination=folder)
    return replace(making, request=request, destination=staging.destination_of(folder))


def _ask_additions(making: Making) -> Making:
    question = Question("with", "str", "What should be added to it?", ",".join(map(str, making.additions)))
    given = prompts.ask(question, lambda text: _judge_additions(making, text))
    return replace(making, additions=composition.parse([given]))


def _judge_additions(making: Making, text: str) -> str:
    try:
        composition.rehearse(making.template, making.answers, composition.parse([text]))
    except Refusal as refusal:
        return f"{refusal.what}: {refusal.why}"
    return ""


def _judge_folder(text: str) -> str:
    try:
        staging.check_destination(staging.destination_of(Path(text)))
    except Refusal as refusal:
        return refusal.why
    return ""
