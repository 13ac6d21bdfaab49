"""The answers that a user has given so far, so that Escape goes back by one question.

Going back forgets the last answer and makes the same decisions again: those whose answer is known ask nothing. No
decision needs to know which one precedes it.

Not here: the prompts (`prompts.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from scaffolder.ui import prompts

Result = TypeVar("Result")


class Conversation:
    """The answers of one user, in the order in which they were asked for."""

    def __init__(self) -> None:
        self._answers: list[Any] = []
        self._next = 0
        self._forgotten: Any = None

    def ask(self, prompt: Callable[[Any], Any]) -> Any:
        """Return the answer that is known, or else that of a prompt.

        Args:
            prompt: Called with the answer that it got before the user went back to it, or None.
        """
        if self._next == len(self._answers):
            before, self._forgotten = self._forgotten, None
            self._answers.append(prompt(before))
        self._next += 1
        return self._answers[self._next - 1]

    def hold(self, decide: Callable[[], Result]) -> Result:
        """Make decisions, and make them again from the start whenever the user goes back.

        Raises:
            Interrupted: The user went back from the first question, and chose to stop.
        """
        while True:
            self._next = 0
            try:
                return decide()
            except prompts.WentBack:
                self._go_back()

    def _go_back(self) -> None:
        if self._answers:
            self._forgotten = self._answers.pop()
        else:
            prompts.offer_to_stop()
