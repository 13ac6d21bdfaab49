"""Asks the user at a terminal, on standard error. Only this module and `prompt_keys.py` import `questionary`.

Not here: the keys that leave a prompt (`prompt_keys.py`), the questions, and the verdict on each answer (`render.py`).
"""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Callable, Sequence
from typing import Any

import questionary
from prompt_toolkit.document import Document
from prompt_toolkit.key_binding import KeyBindings, merge_key_bindings
from prompt_toolkit.output import create_output
from questionary import Choice, Style, ValidationError, Validator

from scaffolder.core.errors import cancelled
from scaffolder.core.template import Question, Template
from scaffolder.ui.console import one_line
from scaffolder.ui.prompt_keys import WentBack, leaving, refuse_empty_selection

__all__ = ["CANCEL", "CREATE", "Judge", "WentBack", "ask", "confirm", "offer_to_stop", "pick_template", "review"]

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

ESCAPE_DELAY = 0.1
"""Seconds in which further bytes after an Escape make it a longer key, such as an arrow."""


def pick_template(templates: list[Template], before: str | None = None) -> str:
    """Let the user pick a template from a list that can be filtered by typing.

    Args:
        templates: The templates.
        before: The id of the one that was picked before.

    Raises:
        WentBack: The user pressed Escape.
    """
    width = max(len(template.id) for template in templates)
    prompt = questionary.select(
        "Which template?",
        [Choice(_entry(template, width), template.id) for template in templates],
        default=before,
        instruction="(arrow keys; type to filter)",
        use_search_filter=True,
        use_jk_keys=False,
        erase_when_done=True,
        **_terminal(),
    )
    refuse_empty_selection(prompt)
    picked = str(_ask(prompt, [template.id for template in templates]))
    _say(f"? Which template? {picked}")
    return picked


def ask(question: Question, judge: Judge) -> Any:
    """Ask one question until the answer is legal, and return the answer.

    Raises:
        WentBack: The user pressed Escape.
    """
    message = _wrapped(question.help, indent=2)
    if question.choices:
        choices = [Choice(title, value) for title, value in question.choices]
        return _ask(
            questionary.select(message, choices, default=question.default, instruction=_hint(message), **_terminal()),
            [value for _, value in question.choices],
        )
    if question.type == "bool":
        return _confirmed(message, default=bool(question.default))
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


def review(answers: dict[str, str], before: str | None = None) -> str:
    """Show every answer; let the user accept them, or name the one to change.

    Args:
        answers: The lines to show, by the names that may be returned.
        before: The line that was chosen before, on which the pointer starts.

    Returns:
        `CREATE`, `CANCEL`, or the name of an answer.

    Raises:
        WentBack: The user pressed Escape.
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
                default=before,
                instruction="(choose a line to change it)",
                erase_when_done=True,
                **_terminal(),
            ),
            [choice.value for choice in choices],
        )
    )


def confirm(sentence: str, *, default: bool) -> bool:
    """Ask a yes-or-no question that no other one precedes.

    Raises:
        Interrupted: The user pressed Escape, and chose to stop.
    """
    while True:
        try:
            return _confirmed(sentence, default=default)
        except WentBack:
            offer_to_stop()


def offer_to_stop() -> None:
    """Ask whether to stop, since no question precedes the one that was left.

    Raises:
        Interrupted: The user chose to stop.
    """
    try:
        is_over = _confirmed("This is the first question. Stop here?", default=False)
    except WentBack:
        return
    if is_over:
        raise cancelled("the first question", "you pressed Escape, and chose to stop")


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


def _confirmed(message: str, *, default: bool) -> bool:
    return bool(_ask(questionary.confirm(message, default=default, **_terminal()), [True, False]))


def _ask(prompt: questionary.Question, allowed: Sequence[Any] | None = None) -> Any:
    """Ask until there is an answer, and treat Ctrl-D and a closed terminal as Ctrl-C.

    Args:
        prompt: The prompt.
        allowed: The legal answers, or None if any text is one. Keys of an editor, such as Ctrl-O, accept the empty text
            behind a list.
    """
    app = prompt.application
    app.key_bindings = merge_key_bindings([app.key_bindings or KeyBindings(), leaving()])
    app.ttimeoutlen = ESCAPE_DELAY
    try:
        answer = prompt.unsafe_ask()
        while answer is None or (allowed is not None and answer not in allowed):
            answer = prompt.unsafe_ask()
    except EOFError as error:
        raise KeyboardInterrupt from error
    return answer
