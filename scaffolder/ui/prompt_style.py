"""Colours, output and the end of every prompt.

Not here: the keys that leave a prompt (`prompt_keys.py`), and the prompts (`prompts.py`).
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import questionary
from prompt_toolkit.key_binding import KeyBindings, merge_key_bindings
from prompt_toolkit.output import create_output
from questionary import Style

from scaffolder.ui.prompt_keys import leaving

STYLE = Style(
    [
        ("qmark", "fg:ansicyan bold"),
        ("pointer", "fg:ansicyan bold"),
        ("highlighted", "fg:ansicyan bold"),
        ("answer", "fg:ansicyan"),
        ("instruction", "fg:ansibrightblack"),
        ("placeholder", "fg:ansibrightblack"),
        ("heading", "bold"),
        ("trouble", "fg:ansired"),
        ("text", ""),
        ("selected", "noreverse"),
        ("validation-toolbar", "fg:ansired bg:default"),
        ("bottom-toolbar", "fg:ansired noreverse"),
    ]
)

MARGIN = 3
"""The columns before an entry of a list."""

ESCAPE_DELAY = 0.1
"""Seconds in which further bytes after an Escape make it a longer key, such as an arrow."""

Judge = Callable[[Any], str]
"""Returns the reason for refusing an answer, or an empty text."""


def terminal() -> dict[str, Any]:
    """Return the options of every prompt. Standard output is for results, and may be a file."""
    return {"style": STYLE, "output": create_output(sys.stderr)}


def say(line: str) -> None:
    """Print a line where the prompts are shown."""
    questionary.print(line, output=create_output(sys.stderr))


def run(prompt: questionary.Question, is_answer: Callable[[Any], bool]) -> Any:
    """Ask until there is an answer, and treat Ctrl-D and a closed terminal as Ctrl-C.

    Args:
        prompt: The prompt.
        is_answer: Returns whether a result is one. Keys of an editor, such as Ctrl-O, accept the empty text behind a
            list.
    """
    app = prompt.application
    app.key_bindings = merge_key_bindings([app.key_bindings or KeyBindings(), leaving()])
    app.ttimeoutlen = ESCAPE_DELAY
    try:
        answer = prompt.unsafe_ask()
        while answer is None or not is_answer(answer):
            answer = prompt.unsafe_ask()
    except EOFError as error:
        raise KeyboardInterrupt from error
    return answer
