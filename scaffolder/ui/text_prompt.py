"""A question that is answered by typing: its default is shown until something is typed, and a refusal right below.

Not here: the questions, and the verdict on each answer (`render.py`).
"""

from __future__ import annotations

import os
from typing import cast

import questionary
from prompt_toolkit.document import Document
from prompt_toolkit.filters import Condition, to_filter
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent, merge_key_bindings
from prompt_toolkit.layout import BufferControl
from questionary import ValidationError, Validator

from scaffolder.ui.prompt_style import Judge, run, terminal
from scaffolder.ui.wrapping import wrapped


def ask_text(message: str, default: str, judge: Judge, *, example: str = "", typed: str = "") -> str:
    """Ask until the text is legal, and return it.

    Args:
        message: The question.
        default: The answer if nothing is typed.
        judge: Judges the answer while it is typed.
        example: An example, shown if there is no default.
        typed: A text that the user has typed before, to be edited.

    Raises:
        WentBack: The user pressed Escape.
    """
    refusal = _Refusal(default, judge)
    shown = default or (f"such as {example}" if example else "")
    # Without colours, a default would look like a text that has been typed.
    shown = f"[{shown}]" if shown and os.environ.get("NO_COLOR") else shown
    prompt = questionary.text(
        f"{message}\n ",
        default=typed,
        validate=refusal,
        bottom_toolbar=lambda: refusal.rest or None,
        placeholder=[("class:placeholder", shown)],
        **terminal(),
    )
    _put_refusal_at_the_text(prompt)
    keys = prompt.application.key_bindings or KeyBindings()
    prompt.application.key_bindings = merge_key_bindings([keys, _keys_of_default(prompt, default, judge)])
    return cast("str", run(prompt, lambda answer: isinstance(answer, str)))


class _Refusal(Validator):
    """Validates the text while it is typed; the reason for refusing it may take several lines.

    Questionary shows the first line; the rest goes into the toolbar below it.
    """

    def __init__(self, default: str, judge: Judge) -> None:
        self._default = default
        self._judge = judge
        self.rest = ""

    def validate(self, document: Document) -> None:
        """Refuse an answer that is not legal."""
        reason = self._judge(document.text or self._default)
        first, _, self.rest = wrapped(reason, indent=2).partition("\n")
        if first:
            raise ValidationError(cursor_position=len(document.text), message=f"  {first}")


def _put_refusal_at_the_text(prompt: questionary.Question) -> None:
    """Keep the text from taking the rest of the screen, with the refusal at the lower end."""
    for window in prompt.application.layout.find_all_windows():
        if isinstance(window.content, BufferControl):
            window.dont_extend_height = to_filter(True)  # noqa: FBT003 - the library's name for always


def _keys_of_default(prompt: questionary.Question, default: str, judge: Judge) -> KeyBindings:
    """Return the keys that take the default: Enter as the answer, Tab and Right as a text to be edited."""
    buffer = prompt.application.layout.current_buffer
    is_untouched = Condition(lambda: bool(default) and buffer is not None and not buffer.text)
    keys = KeyBindings()

    def take(event: KeyPressEvent) -> None:
        event.current_buffer.document = Document(default)

    def accept(event: KeyPressEvent) -> None:
        # A default that is refused stays a default, which typing replaces.
        if not judge(default):
            take(event)
        event.current_buffer.validate_and_handle()

    keys.add("tab", filter=is_untouched, eager=True)(take)
    keys.add("right", filter=is_untouched, eager=True)(take)
    keys.add("enter", filter=is_untouched, eager=True)(accept)
    return keys
