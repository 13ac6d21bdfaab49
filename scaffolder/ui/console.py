"""What every part of a report is made of: consoles, tables, and texts made harmless.

Not here: what is said (`report.py`, `progress.py`).
"""

from __future__ import annotations

import os
import re
import sys
from typing import NoReturn

from rich.console import Console
from rich.markup import escape
from rich.table import Table

WIDTH = 100
"""Columns where there is no terminal that says how many it has."""

UNHEARD = 128 + 13
"""What a shell says of a program that wrote into a pipe which nobody reads any more: 128, and SIGPIPE's number."""

COLOURS = {"ok": "green", "failed": "red", "none": "yellow", "not run": "dim"}
"""The colour of each status of a step."""


def visible(text: str) -> str:
    """Replace what a terminal would act on: a name or an answer may hold anything."""
    return re.sub(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", "\N{REPLACEMENT CHARACTER}", text)


def shown(text: str) -> str:
    """Answer a text from outside so that it is shown as it is, not read as markup."""
    return escape(visible(text))


class _Console(Console):
    """A console whose reader may go away, as `head` does."""

    def on_broken_pipe(self) -> None:
        """Leave without a word."""
        leave_unheard()


def leave_unheard() -> NoReturn:
    """Leave as a program does that SIGPIPE ends, but with what it holds put in order."""
    # What is still to be written would fail once more, when Python ends.
    nothing = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(nothing, stream.fileno())
    raise SystemExit(UNHEARD)


def console_of(*, stderr: bool) -> Console:
    """Make the console of one stream: with colour and cursor codes at a terminal alone."""
    console = _Console(stderr=stderr, highlight=False, emoji=False)
    is_terminal = console.file.isatty()
    if is_terminal and not os.environ.get("NO_COLOR"):
        return console
    width = console.width if is_terminal else WIDTH
    return _Console(stderr=stderr, highlight=False, emoji=False, force_terminal=False, color_system=None, width=width)


def table_of(*headings: str) -> Table:
    """Begin a table without lines."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table
