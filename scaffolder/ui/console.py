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


UNPRINTABLE = re.compile(
    # Control characters, but neither tabs nor line feeds.
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f"
    # What changes the direction of the text around it, or ends a line.
    r"\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f"
    # What has no width, except the joiners that some scripts are written with.
    r"\u00ad\u180e\u200b\u2060-\u2065\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"
    # Bytes of a path that are no UTF-8.
    r"\ud800-\udfff]"
)
"""Characters that a terminal would act on, or that make a reader see another text than a program does."""

COMMAND = re.compile(r"^(\s*):(?=:)|#(?=#\[)", re.MULTILINE)
"""The beginnings of a workflow command of GitHub Actions: on a line of its own, or anywhere in the older form."""


def is_on_github() -> bool:
    """Return whether GitHub Actions reads the output."""
    return os.environ.get("GITHUB_ACTIONS") == "true"


def printable(text: str) -> str:
    """Return text from outside as it can be shown: what is unprintable as an escape, and nothing as a command."""
    return without_commands(UNPRINTABLE.sub(lambda found: _escape(found[0]), text))


def without_commands(text: str) -> str:
    """Return text in which GitHub Actions, if it reads the output, finds no workflow command."""
    if not is_on_github():
        return text
    return COMMAND.sub(lambda found: "\\x23" if found[1] is None else f"{found[1]}\\x3a", text)


def one_line(text: str) -> str:
    """Return a name from outside as it can be shown; a line feed in it would begin a line that looks like another."""
    return printable(text.replace("\n", "\\n"))


def escaped(text: str) -> str:
    """Escape a text of one line from outside, so that it is printed literally and not read as markup."""
    return escape(one_line(text))


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


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
