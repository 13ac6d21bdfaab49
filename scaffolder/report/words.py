"""What every part of a report is made of: consoles, tables, and texts made harmless.

Not here: what is said (`talk.py`, `board.py`).
"""

from __future__ import annotations

import os
import re

from rich.console import Console
from rich.markup import escape
from rich.table import Table

WIDTH = 100
"""Columns where there is no terminal that says how many it has."""

COLOURS = {"ok": "green", "failed": "red", "none": "yellow", "not run": "dim"}
"""The colour of each status of a step."""


def visible(text: str) -> str:
    """Replace what a terminal would act on: a name or an answer may hold anything."""
    return re.sub(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", "\N{REPLACEMENT CHARACTER}", text)


def shown(text: str) -> str:
    """Answer a text from outside so that it is shown as it is, not read as markup."""
    return escape(visible(text))


def console_of(*, stderr: bool) -> Console:
    """Make the console of one stream: with colour and cursor codes at a terminal alone."""
    console = Console(stderr=stderr, highlight=False, emoji=False)
    is_terminal = console.file.isatty()
    if is_terminal and not os.environ.get("NO_COLOR"):
        return console
    width = console.width if is_terminal else WIDTH
    return Console(stderr=stderr, highlight=False, emoji=False, force_terminal=False, color_system=None, width=width)


def table_of(*headings: str) -> Table:
    """Begin a table without lines."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table
