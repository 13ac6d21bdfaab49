"""Runs the real program in a pseudo-terminal, and reads its screen."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pexpect
import pyte

ROOT = Path(__file__).resolve().parent.parent
SCAFFOLD = (sys.executable, str(ROOT / "scaffold.py"))

UP, DOWN, ENTER, ERASE_LINE = "\x1b[A", "\x1b[B", "\r", "\x15"
CTRL_C, CTRL_D, CTRL_O, ESCAPE = "\x03", "\x04", "\x0f", "\x1b"

LIMIT = 60.0
"""Seconds after which a test stops waiting, and fails."""


class Terminal:
    """A terminal that runs a program.

    Args:
        argv: The program and its arguments.
        cwd: The working directory.
        env: Additional environment variables.
        columns: The width.
        rows: The height.
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
        """The lines on the screen, without trailing blanks."""
        return [line.rstrip() for line in self.screen.display]

    @property
    def text(self) -> str:
        """The text on the screen."""
        return "\n".join(self.lines).rstrip()

    def wait_for(self, *texts: str) -> None:
        """Wait until every text is on the screen."""
        self._wait(lambda: all(text in self.text for text in texts), f"{texts} did not appear")

    def wait_for_words(self, *texts: str) -> None:
        """Wait until every text is on the screen, whatever lines it is broken into."""
        self._wait(lambda: all(text in " ".join(self.text.split()) for text in texts), f"{texts} did not appear")

    def wait_without(self, text: str) -> None:
        """Wait until a text is no longer on the screen."""
        self._wait(lambda: text not in self.text, f"{text} did not disappear")

    def type(self, *keys: str) -> None:
        """Press keys."""
        for key in keys:
            self.child.send(key)

    def end(self) -> int:
        """Wait until the program ends, and return its exit code."""
        deadline = time.monotonic() + LIMIT
        while self._read():
            assert time.monotonic() < deadline, f"the program did not end:\n{self.text}"
        self.child.wait()
        assert self.child.exitstatus is not None, f"ended by signal {self.child.signalstatus}:\n{self.text}"
        return self.child.exitstatus

    def close(self) -> None:
        """Close the terminal, as by closing its window."""
        self.child.close(force=True)

    def _wait(self, is_done: Callable[[], bool], trouble: str) -> None:
        """Read until something is so; fail once the time is up, or the program has ended before."""
        deadline = time.monotonic() + LIMIT
        while not is_done():
            assert time.monotonic() < deadline, f"{trouble}:\n{self.text}"
            assert self._read(), f"{trouble}, and the program ended:\n{self.text}"

    def _read(self) -> bool:
        """Update the screen, and return whether the program still runs."""
        try:
            written = self.child.read_nonblocking(65536, timeout=0.05)
        except pexpect.TIMEOUT:
            return True
        except pexpect.EOF:
            return False
        self.raw += written
        self._stream.feed(written)
        if b"\x1b[6n" in written:
            # A query for the position of the cursor, which a terminal has to answer.
            self.child.send(f"\x1b[{self.screen.cursor.y + 1};{self.screen.cursor.x + 1}R")
        return True
