"""Asks a person at a terminal. The only module that imports `questionary`.

Not here: which questions there are, and which answers are legal (`render.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import questionary
from questionary import Choice, Style

from scaffolder.records import Question, Template

STYLE = Style([
    ("qmark", "fg:ansicyan bold"), ("pointer", "fg:ansicyan bold"),
    ("highlighted", "fg:ansicyan bold"), ("answer", "fg:ansicyan"),
    ("instruction", "fg:ansibrightblack"), ("text", ""), ("selected", "noreverse"),
])  # fmt: skip

Judge = Callable[[Any], str]
"""Answers what is wrong with an answer, or an empty text."""

CREATE, CANCEL = "create", "cancel"


def pick_template(templates: list[Template]) -> str:
    """Let the user pick a template from a list that can be filtered by typing."""
    choices = [
        Choice(title=_title(template), value=template.id, description=_bindings(template))
        for template in templates
    ]
    return str(_ask(questionary.select(
        "Which template?", choices, style=STYLE, use_search_filter=True, use_jk_keys=False,
        instruction="(arrow keys; type to filter)",
    )))  # fmt: skip


def ask(question: Question, judge: Judge) -> Any:
    """Ask one question until the answer is legal."""
    if question.choices:
        choices = [Choice(title, value) for title, value in question.choices]
        return _ask(questionary.select(question.help, choices, default=question.default, style=STYLE))
    if question.type == "bool":
        return _ask(questionary.confirm(question.help, default=bool(question.default), style=STYLE))
    return _ask(questionary.text(
        question.help, default=str(question.default), style=STYLE,
        validate=lambda text: judge(text) or True, placeholder=_placeholder(question),
    ))  # fmt: skip


def review(answers: dict[str, str]) -> str:
    """Show every answer; let the user accept them, or name the one to change.

    Args:
        answers: What is shown, by the name that is given back.

    Returns:
        `CREATE`, `CANCEL`, or the name of an answer.
    """
    width = max(map(len, answers))
    changes = [Choice(f"{name:<{width}}  {value}", name) for name, value in answers.items()]
    choices = [
        Choice("Create the project", CREATE), *changes, Choice("Cancel; write nothing", CANCEL)
    ]
    return str(_ask(questionary.select(
        "Is this right?", choices, style=STYLE, instruction="(choose a line to change it)",
    )))  # fmt: skip


def confirm(sentence: str, *, default: bool) -> bool:
    """Ask a question that is answered by yes or no."""
    return bool(_ask(questionary.confirm(sentence, default=default, style=STYLE)))


def _title(template: Template) -> str:
    return f"{template.id:<13} {template.summary}"


def _bindings(template: Template) -> str:
    named = ", ".join(f"{binding.name} ({binding.kind})" for binding in template.bindings)
    return f"{template.title}. Bound to {named or 'nothing'}."


def _placeholder(question: Question) -> Any:
    return [("fg:ansibrightblack", question.placeholder)] if question.placeholder else None


def _ask(prompt: questionary.Question) -> Any:
    """Ask, and let Ctrl-C and a closed terminal be what they are."""
    try:
        return prompt.unsafe_ask()
    except EOFError as error:
        raise KeyboardInterrupt from error
