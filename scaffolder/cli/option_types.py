"""The types of options that several commands have, as argparse calls them.

Not here: the options (`command_line.py`, `lifecycle_commands.py`).
"""

from __future__ import annotations

import argparse

from scaffolder.core.requests import ANY_HASH


def answer(text: str) -> tuple[str, str]:
    """Return the name of a question and the answer to it.

    Raises:
        ArgumentTypeError: It is not KEY=VALUE.
    """
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise argparse.ArgumentTypeError(f"`{text}` is not KEY=VALUE")
    return name, value


def given(text: str) -> str:
    """Return a text that is not empty, as it is where a script's variable is unset.

    Raises:
        ArgumentTypeError: It is.
    """
    if not text.strip():
        raise argparse.ArgumentTypeError("its value is empty")
    return text


def trust(text: str) -> str:
    """Return the hash that is trusted; an empty text for any.

    Raises:
        ArgumentTypeError: An empty one is given.
    """
    return "" if text == ANY_HASH else given(text)


def count(text: str) -> int:
    """Return a number from 1 on.

    Raises:
        ArgumentTypeError: It is none.
    """
    if not text.isascii() or not text.isdigit() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"`{text}` is not a number from 1 on")
    return int(text)
