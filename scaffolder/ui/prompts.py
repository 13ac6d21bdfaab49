"""Asks the user at a terminal, on standard error.

Not here: how each kind of prompt works (`list_prompt.py`, `text_prompt.py`, `plain_prompts.py`), the questions, and the
verdict on each answer (`render.py`).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import questionary
from questionary import Choice

from scaffolder.core.errors import cancelled
from scaffolder.core.template import Question
from scaffolder.ui import plain_prompts, terminal_traits
from scaffolder.ui.list_entries import Entry
from scaffolder.ui.list_prompt import ListPrompt
from scaffolder.ui.prompt_style import MARGIN, Judge, run, say, terminal
from scaffolder.ui.text_prompt import ask_text
from scaffolder.ui.went_back import WentBack
from scaffolder.ui.wrapping import cut_in_the_middle, wrapped

__all__ = [
    "CANCEL",
    "CREATE",
    "Entry",
    "Judge",
    "WentBack",
    "ask",
    "check",
    "confirm",
    "offer_to_stop",
    "pick",
    "review",
]

CREATE, CANCEL = "create", "cancel"


def pick(title: str, entries: Sequence[Entry], before: str | None = None) -> str:
    """Let the user pick an entry of a list that can be filtered by typing.

    Args:
        title: The question.
        entries: The entries, those of one group side by side.
        before: The value of the one that was picked before.

    Raises:
        WentBack: The user pressed Escape.
    """
    if terminal_traits.is_dumb():
        return plain_prompts.pick(title, entries, before or entries[0].value)
    (picked,) = ListPrompt(title, "(arrow keys; type to filter)", entries, highlighted=before).ask()
    say(f"? {title} {picked}")
    return picked


def check(title: str, entries: Sequence[Entry], checked: Collection[str], judge: Judge) -> list[str]:
    """Let the user check any number of entries.

    Args:
        title: The question.
        entries: The entries.
        checked: The values of those that are checked at the start.
        judge: Judges the checked values; a refusal is shown below the list, which stays.

    Returns:
        The values of the checked entries, in the order of the entries.

    Raises:
        WentBack: The user pressed Escape.
    """
    if terminal_traits.is_dumb():
        return plain_prompts.check(title, entries, checked, judge)
    hint = "(Space checks, Enter goes on; type to filter)"
    answer = ListPrompt(title, hint, entries, checked=checked, judge=judge).ask()
    say(f"? {title} {', '.join(answer) or 'nothing'}")
    return answer


def ask(question: Question, judge: Judge, before: Any = None) -> Any:
    """Ask one question until the answer is legal, and return the answer.

    Args:
        question: The question.
        judge: Judges a text while it is typed.
        before: The answer that was given before, which can be edited; None if there was none.

    Raises:
        WentBack: The user pressed Escape.
    """
    message = wrapped(question.help, indent=2)
    default = question.default if before is None else before
    if question.choices:
        return _chosen(message, question.choices, default)
    if question.type == "bool":
        return _confirmed(message, default=bool(default))
    if terminal_traits.is_dumb():
        return plain_prompts.ask_text(question.help, str(default), judge)
    typed = "" if before is None else str(before)
    return ask_text(message, str(question.default), judge, example=question.placeholder, typed=typed)


def review(answers: dict[str, str], before: str | None = None, accept: str = "Create the project") -> str:
    """Show every answer; let the user accept them, or name the one to change.

    Args:
        answers: The lines to show, by the names that may be returned.
        before: The line that was chosen before, on which the pointer starts.
        accept: The line that accepts them.

    Returns:
        `CREATE`, `CANCEL`, or the name of an answer.

    Raises:
        WentBack: The user pressed Escape.
    """
    width = max(map(len, answers))
    room = terminal_traits.columns() - MARGIN - width - 3
    lines = [(f"{name:<{width}}  {cut_in_the_middle(value, room)}", name) for name, value in answers.items()]
    choices = [(accept, CREATE), *lines, ("Cancel; write nothing", CANCEL)]
    hint = "(choose a line to change it)"
    return str(_chosen("Is this right?", choices, before or CREATE, hint=hint, is_erased=True))


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


def _chosen(
    message: str,
    choices: Sequence[tuple[str, Any]],
    default: Any,
    *,
    hint: str = "(arrow keys)",
    is_erased: bool = False,
) -> Any:
    """Let the user choose one of a few answers, and return the value behind it."""
    values = [value for _, value in choices]
    if terminal_traits.is_dumb():
        entries = [Entry(str(number), label, "") for number, (label, _) in enumerate(choices, 1)]
        return values[int(plain_prompts.pick(message, entries, str(values.index(default) + 1))) - 1]
    has_room = len(message.rpartition("\n")[2]) + len(hint) + MARGIN + 2 <= terminal_traits.columns()
    prompt = questionary.select(
        message,
        [Choice(label, value) for label, value in choices],
        default=default,
        instruction=hint if has_room else " ",
        pointer=terminal_traits.pointer(),
        erase_when_done=is_erased,
        **terminal(),
    )
    return run(prompt, lambda answer: answer in values)


def _confirmed(message: str, *, default: bool) -> bool:
    if terminal_traits.is_dumb():
        return plain_prompts.confirm(message, default=default)
    prompt = questionary.confirm(message, default=default, **terminal())
    return bool(run(prompt, lambda answer: isinstance(answer, bool)))
