"""Breaks and shortens texts for a screen of any width.

Not here: drawing them (`prompts.py`).
"""

from __future__ import annotations

import textwrap

from scaffolder.ui import terminal_traits
from scaffolder.ui.console import one_line

EDGE = 5
"""The columns that a question leaves free: a mark, and the cursor behind an answer."""


def wrapped(text: str, *, indent: int) -> str:
    """Break a text into lines that the terminal need not break itself."""
    width = max(terminal_traits.columns() - EDGE, 20)
    return textwrap.fill(text, width, subsequent_indent=" " * indent)


def cut_in_the_middle(text: str, room: int) -> str:
    """Shorten a text in its middle, because both ends of a path matter."""
    half = max((room - 3) // 2, 5)
    text = one_line(text)
    return text if len(text) <= room else f"{text[:half]}...{text[-half:]}"
