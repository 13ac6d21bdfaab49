"""The keys of a prompt that questionary lacks: Escape leaves it for the one before, and Ctrl-D for good.

Not here: the prompts (`prompts.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import questionary
from prompt_toolkit.application import get_app
from prompt_toolkit.filters import Condition
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent, merge_key_bindings
from questionary.prompts.common import InquirerControl


class WentBack(Exception):
    """The user pressed Escape, to go back to the question before."""


def refuse_empty_selection(prompt: questionary.Question) -> None:
    """Show that nothing contains the text typed at a list, and ignore Enter; questionary would show the whole list."""
    windows = prompt.application.layout.find_all_windows()
    control = next(window.content for window in windows if isinstance(window.content, InquirerControl))
    shown = cast("Callable[[], Any]", control.text)

    def is_empty() -> bool:
        typed = (control.search_filter or "").lower()
        return not any(typed in str(choice.title).lower() for choice in control.choices)

    def text() -> Any:
        return [("class:text", "   nothing matches; Backspace removes letters")] if is_empty() else shown()

    control.text = text
    keys = KeyBindings()
    for key in ("enter", "up", "down", "c-n", "c-p"):
        keys.add(key, filter=Condition(is_empty), eager=True)(lambda _event: None)
    prompt.application.key_bindings = merge_key_bindings([prompt.application.key_bindings or KeyBindings(), keys])


def leaving() -> KeyBindings:
    """Return the key bindings that leave a prompt: Ctrl-D where it is empty, as in a shell, and Escape."""
    keys = KeyBindings()
    is_empty = Condition(lambda: not get_app().current_buffer.text)
    keys.add("c-d", filter=is_empty, eager=True)(lambda event: event.app.exit(exception=KeyboardInterrupt))
    keys.add("escape", eager=True)(_go_back)
    return keys


def _go_back(event: KeyPressEvent) -> None:
    event.app.erase_when_done = True
    event.app.exit(exception=WentBack)
