"""The types of options that several commands have, as argparse calls them.

Not here: the options (`command_line.py`, `lifecycle_commands.py`).
"""

from __future__ import annotations

import argparse


def answer(text: str) -> tuple[str, str]:
    """Return the name of a question and the answer to it.

    Raises:
        ArgumentTypeError: It is not KEY=VALUE.
    """
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise argparse.ArgumentTypeError(f"`{text}` is not KEY=VALUE")
    return name, value


def count(text: str) -> int:
    """Return a number from 1 on.

    Raises:
        ArgumentTypeError: It is none.
    """
    if not text.isascii() or not text.isdigit() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"`{text}` is not a number from 1 on")
    return int(text)
