"""Building blocks of the output: consoles, tables and escaped text.

Not here: the output itself (`report.py`, `progress.py`).
"""

from __future__ import annotations

import errno
import os
import re
import sys
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from scaffolder.core.unprintable import without_unprintable
from scaffolder.ui.terminal_traits import is_dumb

WIDTH = 100
"""Width in columns without a terminal."""

SIGPIPE_EXIT = 128 + 13
"""The exit code that a shell reports for a program ended by SIGPIPE: 128, and the signal's number."""

COLOURS = {"ok": "green", "failed": "red", "none": "yellow", "not run": "dim"}
"""The colour of each status of a step."""


COMMAND = re.compile(r"^(\s*):(?=:)|#(?=#\[)", re.MULTILINE)
"""The beginnings of a workflow command of GitHub Actions: on a line of its own, or anywhere in the older form."""


def is_on_github() -> bool:
    """Return whether GitHub Actions reads the output."""
    return os.environ.get("GITHUB_ACTIONS") == "true"


def printable(text: str) -> str:
    """Return text from outside as it can be shown: what is unprintable as an escape, and nothing as a command."""
    return without_commands(without_unprintable(text))


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


def for_command(text: str, further: str) -> str:
    """Encode a part of a workflow command."""
    shown = printable(text.replace("\r\n", "\n"))
    # The percent sign comes first, so that those of the escapes are not escaped again.
    for letter in f"%\n{further}":
        shown = shown.replace(letter, f"%{ord(letter):02X}")
    return shown


class OutputConsole(Console):
    """A console that goes on silently when its stream cannot be written: the work is finished, and `failure` is set."""

    failure: OSError | None = None

    def print(self, *objects: Any, **options: Any) -> None:
        """Print, and remember the error if the stream cannot be written."""
        try:
            super().print(*objects, **options)
        except OSError as error:
            self.fail(error)

    def end_capture(self) -> str:
        """Return what was printed since `begin_capture`; rich writes an empty text meanwhile, which may fail, too."""
        try:
            return super().end_capture()
        except OSError as error:
            self.fail(error)
            return ""

    def on_broken_pipe(self) -> None:
        """Remember that the reader has gone (`... | head`)."""
        self.fail(BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE)))

    def fail(self, error: OSError) -> None:
        """Send the rest of the output nowhere; Python, which flushes the streams at exit, would fail once more."""
        self.failure = self.failure or error
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, self.file.fileno())
        os.close(nothing)


def open_standard_streams() -> None:
    """Open the standard streams that were closed: no other file may get their numbers, and printing fails as usual."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            # For reading alone, so that what is printed is known to be lost. The lowest free number is this one.
            os.open(os.devnull, os.O_RDONLY)
    sys.stdin = sys.stdin or open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - a descriptor
    sys.stdout = sys.stdout or open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - likewise
    sys.stderr = sys.stderr or open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - likewise


def make_console(*, stderr: bool) -> OutputConsole:
    """Return the console of a stream; colour and cursor codes are for terminals only."""
    console = OutputConsole(stderr=stderr, highlight=False, emoji=False)
    is_terminal = console.file.isatty()
    if is_terminal and not os.environ.get("NO_COLOR") and not is_dumb():
        return console
    width = console.width if is_terminal else WIDTH
    return OutputConsole(
        stderr=stderr, highlight=False, emoji=False, force_terminal=False, color_system=None, width=width
    )


def make_table(*headings: str) -> Table:
    """Return an empty table without borders."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table
