"""The real program in a pseudo-terminal, and the screen that its user sees."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import pexpect
import pyte

ROOT = Path(__file__).resolve().parent.parent
SCAFFOLD = (sys.executable, str(ROOT / "scaffold.py"))

UP, DOWN, ENTER, ERASE_LINE = "\x1b[A", "\x1b[B", "\r", "\x15"
CTRL_C, CTRL_D = "\x03", "\x04"

LIMIT = 60.0
"""Seconds after which something that must happen has not happened."""


class Terminal:
    """A terminal in which the program runs.

    Args:
        argv: The program and its arguments.
        cwd: The folder to start in.
        env: Variables to add to our own.
        columns: How wide it is.
        rows: How high it is.
    """

    def __init__(
        self, argv: Sequence[str], *, cwd: Path, env: Mapping[str, str] | None = None, columns: int = 80, rows: int = 40
    ) -> None:
        self.screen = pyte.Screen(columns, rows)
        self.raw = b""
        self._stream = pyte.ByteStream(self.screen)
        variables = {**os.environ, "TERM": "xterm-256color", **(env or {})}
        self.child: pexpect.spawn[bytes] = pexpect.spawn(
            argv[0], [*argv[1:]], cwd=str(cwd), env=variables, dimensions=(rows, columns)
        )

    @property
    def lines(self) -> list[str]:
        """What is on the screen, without the blanks at the end of each line."""
        return [line.rstrip() for line in self.screen.display]

    @property
    def text(self) -> str:
        """What is on the screen."""
        return "\n".join(self.lines).rstrip()

    def wait_for(self, *texts: str) -> None:
        """Wait until every text is on the screen."""
        deadline = time.monotonic() + LIMIT
        while not all(text in self.text for text in texts):
            assert time.monotonic() < deadline, f"{texts} did not come:\n{self.text}"
            assert self._read(), f"it ended without {texts}:\n{self.text}"

    def wait_without(self, text: str) -> None:
        """Wait until a text is no longer on the screen."""
        deadline = time.monotonic() + LIMIT
        while text in self.text:
            assert time.monotonic() < deadline, f"{text} did not go:\n{self.text}"
            assert self._read(), f"it ended with {text}:\n{self.text}"

    def type(self, *keys: str) -> None:
        """Press keys."""
        for key in keys:
            self.child.send(key)

    def end(self) -> int:
        """Wait for the program's end; answer its exit code."""
        deadline = time.monotonic() + LIMIT
        while self._read():
            assert time.monotonic() < deadline, f"it did not end:\n{self.text}"
        self.child.wait()
        assert self.child.exitstatus is not None, f"signal {self.child.signalstatus} ended it:\n{self.text}"
        return self.child.exitstatus

    def close(self) -> None:
        """Close the terminal, as a user who shuts the window."""
        self.child.close(force=True)

    def _read(self) -> bool:
        """Show what was written meanwhile; answer whether the program still runs."""
        try:
            written = self.child.read_nonblocking(65536, timeout=0.05)
        except pexpect.TIMEOUT:
            return True
        except pexpect.EOF:
            return False
        self.raw += written
        self._stream.feed(written)
        if b"\x1b[6n" in written:
            # A terminal that is asked where its cursor is says so.
            self.child.send(f"\x1b[{self.screen.cursor.y + 1};{self.screen.cursor.x + 1}R")
        return True
