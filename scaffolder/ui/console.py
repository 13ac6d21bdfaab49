"""Building blocks of the output: consoles, tables and escaped text.

Not here: the output itself (`report.py`, `progress.py`).
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
"""Width in columns without a terminal."""

SIGPIPE_EXIT = 128 + 13
"""The exit code that a shell reports for a program ended by SIGPIPE: 128, and the signal's number."""

COLOURS = {"ok": "green", "failed": "red", "none": "yellow", "not run": "dim"}
"""The colour of each status of a step."""


def printable(text: str) -> str:
    """Replace control characters: names and answers may contain any, and a terminal would act on them."""
    return re.sub(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", "\N{REPLACEMENT CHARACTER}", text)


def escaped(text: str) -> str:
    """Escape text from outside, so that it is printed literally and not read as markup."""
    return escape(printable(text))


class _Console(Console):
    """A console that exits quietly on a broken pipe (`... | head`)."""

    def on_broken_pipe(self) -> None:
        """Exit without a message."""
        exit_on_broken_pipe()


def exit_on_broken_pipe() -> NoReturn:
    """Exit with the code of a program ended by SIGPIPE, but run all cleanup first."""
    # Python flushes the streams at exit, which would fail once more and print an error.
    nothing = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(nothing, stream.fileno())
    raise SystemExit(SIGPIPE_EXIT)


def make_console(*, stderr: bool) -> Console:
    """Return the console of a stream; colour and cursor codes are for terminals only."""
    console = _Console(stderr=stderr, highlight=False, emoji=False)
    is_terminal = console.file.isatty()
    if is_terminal and not os.environ.get("NO_COLOR"):
        return console
    width = console.width if is_terminal else WIDTH
    return _Console(stderr=stderr, highlight=False, emoji=False, force_terminal=False, color_system=None, width=width)


def make_table(*headings: str) -> Table:
    """Return an empty table without borders."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table
