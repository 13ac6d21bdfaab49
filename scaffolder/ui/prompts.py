"""Asks the user at a terminal, on standard error.

The only module that imports `questionary`, and `prompt_toolkit` beneath it.

Not here: the questions, and the verdict on each answer (`render.py`).
"""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Callable
from typing import Any

import questionary
from prompt_toolkit.application import get_app
from prompt_toolkit.document import Document
from prompt_toolkit.filters import Condition
from prompt_toolkit.key_binding import KeyBindings, merge_key_bindings
from prompt_toolkit.output import create_output
from questionary import Choice, Style, ValidationError, Validator

from scaffolder.core.template import Question, Template
from scaffolder.ui.console import one_line

STYLE = Style(
    [
        ("qmark", "fg:ansicyan bold"),
        ("pointer", "fg:ansicyan bold"),
        ("highlighted", "fg:ansicyan bold"),
        ("answer", "fg:ansicyan"),
        ("instruction", "fg:ansibrightblack"),
        ("text", ""),
        ("selected", "noreverse"),
        ("validation-toolbar", "fg:ansired bg:default"),
        ("bottom-toolbar", "fg:ansired noreverse"),
    ]
)

MARGIN = 3
"""The columns that questionary puts before a choice."""

Judge = Callable[[Any], str]
"""Returns the reason for refusing an answer, or an empty text."""

CREATE, CANCEL = "create", "cancel"


def pick_template(templates: list[Template]) -> str:
    """Let the user pick a template from a list that can be filtered by typing."""
    width = max(len(template.id) for template in templates)
    choices = [Choice(_entry(template, width), template.id) for template in templates]
    picked = str(
        _ask(
            questionary.select(
                "Which template?",
                choices,
                instruction="(arrow keys; type to filter)",
                use_search_filter=True,
                use_jk_keys=False,
                erase_when_done=True,
                **_terminal(),
            )
        )
    )
    _say(f"? Which template? {picked}")
    return picked


def ask(question: Question, judge: Judge) -> Any:
    """Ask one question until the answer is legal, and return the answer."""
    message = _wrapped(question.help, indent=2)
    if question.choices:
        choices = [Choice(title, value) for title, value in question.choices]
        return _ask(
            questionary.select(message, choices, default=question.default, instruction=_hint(message), **_terminal())
        )
    if question.type == "bool":
        return _ask(questionary.confirm(message, default=bool(question.default), **_terminal()))
    refusal = _Refusal(judge)
    return _ask(
        questionary.text(
            f"{message}\n ",
            default=str(question.default),
            validate=refusal,
            bottom_toolbar=lambda: refusal.rest,
            placeholder=_placeholder(question),
            **_terminal(),
        )
    )


def review(answers: dict[str, str]) -> str:
    """Show every answer; let the user accept them, or name the one to change.

    Args:
        answers: The lines to show, by the names that may be returned.

    Returns:
        `CREATE`, `CANCEL`, or the name of an answer.
    """
    width = max(map(len, answers))
    room = _columns() - MARGIN - width - 3
    lines = [Choice(f"{name:<{width}}  {_cut(value, room)}", name) for name, value in answers.items()]
    choices = [Choice("Create the project", CREATE), *lines, Choice("Cancel; write nothing", CANCEL)]
    return str(
        _ask(
            questionary.select(
                "Is this right?",
                choices,
                instruction="(choose a line to change it)",
                erase_when_done=True,
                **_terminal(),
            )
        )
    )


def confirm(sentence: str, *, default: bool) -> bool:
    """Ask a yes-or-no question."""
    return bool(_ask(questionary.confirm(sentence, default=default, **_terminal())))


class _Refusal(Validator):
    """Validates the text while it is typed; the reason for refusing it may take several lines.

    Questionary shows the first line; the rest goes into the toolbar below it.
    """

    def __init__(self, judge: Judge) -> None:
        self._judge = judge
        self.rest = ""

    def validate(self, document: Document) -> None:
        """Refuse an answer that is not legal."""
        first, _, self.rest = _wrapped(self._judge(document.text), indent=0).partition("\n")
        if first:
            raise ValidationError(cursor_position=len(document.text), message=first)


def _entry(template: Template, width: int) -> str:
    """Format a template as an entry of the picker, with its summary and its bindings."""
    bindings = ", ".join(f"{binding.name} ({binding.kind})" for binding in template.bindings)
    texts = (f"{template.title}. {template.summary}", f"Bindings: {bindings or 'none'}.")
    room = max(_columns() - MARGIN - width - 3, 20)
    first, *others = [line for text in texts for line in textwrap.wrap(text, room, break_on_hyphens=False)]
    indent = " " * (MARGIN + width + 2)
    return "\n".join([f"{template.id:<{width}}  {first}", *(indent + line for line in others)])


def _hint(message: str) -> str:
    """Return the hint to show after a question, if there is room for it."""
    hint = "(arrow keys)"
    return hint if len(message.rpartition("\n")[2]) + len(hint) + MARGIN + 2 <= _columns() else " "


def _placeholder(question: Question) -> Any:
    return [("fg:ansibrightblack", question.placeholder)] if question.placeholder else None


def _terminal() -> dict[str, Any]:
    """Return the options of every prompt. Standard output is for results, and may be a file."""
    return {"style": STYLE, "output": create_output(sys.stderr)}


def _columns() -> int:
    return shutil.get_terminal_size().columns


def _wrapped(text: str, *, indent: int) -> str:
    return textwrap.fill(text, max(_columns() - MARGIN - 2, 20), subsequent_indent=" " * indent)


def _cut(text: str, room: int) -> str:
    """Shorten a text in its middle, because both ends of a path matter."""
    half = max((room - 3) // 2, 5)
    text = one_line(text)
    return text if len(text) <= room else f"{text[:half]}...{text[-half:]}"


def _say(line: str) -> None:
    questionary.print(line, output=create_output(sys.stderr))


def _leaving() -> KeyBindings:
    """Return key bindings by which Ctrl-D leaves an empty prompt, as in a shell."""
    keys = KeyBindings()
    is_empty = Condition(lambda: not get_app().current_buffer.text)
    keys.add("c-d", filter=is_empty, eager=True)(lambda event: event.app.exit(exception=KeyboardInterrupt))
    return keys


def _ask(prompt: questionary.Question) -> Any:
    """Ask, and treat Ctrl-D and a closed terminal as Ctrl-C."""
    app = prompt.application
    app.key_bindings = merge_key_bindings([app.key_bindings or KeyBindings(), _leaving()])
    try:
        return prompt.unsafe_ask()
    except EOFError as error:
        raise KeyboardInterrupt from error
