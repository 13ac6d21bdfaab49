"""The keys of a prompt that questionary lacks: Escape leaves it for the one before, and Ctrl-D for good.

Not here: the prompts (`prompts.py`).
"""

from __future__ import annotations

from prompt_toolkit.application import get_app
from prompt_toolkit.filters import Condition
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent

from scaffolder.ui.went_back import WentBack


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
