"""Shows progress: a status line, or a live table of validations that run in parallel.

Without a terminal, each step is printed as one line when it has ended.

Not here: the verdicts (`report.py`).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.live import Live
from rich.status import Status
from rich.table import Table
from rich.text import Text

from scaffolder.core.proof import StepResult
from scaffolder.ui.console import COLOURS, escaped, make_table, one_line, printable

DELAY = 1.0
"""Seconds after which work is shown; what is quicker shows nothing, and so does not flicker."""

SPINNER = "line"
"""The only animation of the library that is ASCII."""


class Waiting:
    """A message that appears if work takes longer than `DELAY`: a line that moves at a terminal, a plain one elsewhere.

    Args:
        console: The console to print to.
        title: The work, such as `checking the project`.
    """

    def __init__(self, console: Console, title: str) -> None:
        self._console = console
        self._text = Text(one_line(title))
        self._status: Status | None = None
        self._is_over = False
        self._lock = threading.Lock()
        self._timer = threading.Timer(DELAY, self._show)
        self._timer.daemon = True
        self._timer.start()

    def update(self, text: Text) -> None:
        """Show another text from now on."""
        with self._lock:
            self._text = text
            if self._status is not None:
                self._status.update(text)

    def stop(self) -> None:
        """Take the message away, or never show it."""
        self._timer.cancel()
        with self._lock:
            self._is_over = True
            if self._status is not None:
                self._status.stop()
                self._status = None

    def _show(self) -> None:
        with self._lock:
            if self._is_over:
                return
            if self._console.is_terminal:
                self._status = self._console.status(self._text, spinner=SPINNER)
                self._status.start()
            else:
                self._console.print(f"{self._text.plain} ...", markup=False, soft_wrap=True)


class Board:
    """The progress of several validations.

    Args:
        console: The console to print to.
        names: The projects.
        steps: The names of the steps of each validation.
        is_shown: Whether anything is printed.
    """

    def __init__(self, console: Console, names: Sequence[str], steps: Sequence[str], *, is_shown: bool = True) -> None:
        self._console = console
        self._is_shown = is_shown
        self._steps = steps
        self._results: dict[str, dict[str, StepResult]] = {name: {} for name in names}
        self._current: dict[str, str] = {}
        self._lock = threading.Lock()

    @property
    def is_table(self) -> bool:
        """Whether a live table is shown, instead of a line for each step."""
        return self._is_shown and self._console.is_terminal and len(self._results) > 1

    def begin(self, name: str, step: str) -> None:
        """Record that a step of a project has started."""
        with self._lock:
            self._current[name] = step

    def end(self, name: str, result: StepResult) -> None:
        """Record the result of a step."""
        with self._lock:
            self._results[name][result.name] = result
            self._current.pop(name, None)
        if self._is_shown and not self.is_table:
            self._print(name, result)

    def __rich__(self) -> Table:
        """Return the table in its current state."""
        table = make_table("", *self._steps)
        with self._lock:
            for name in self._results:
                table.add_row(escaped(name), *(self._cell(name, step) for step in self._steps))
        return table

    def _cell(self, name: str, step: str) -> Text:
        if self._current.get(name) == step:
            return Text("...", "bold")
        result = self._results[name].get(step)
        if result is None:
            return Text("")
        text = f"{result.seconds:.1f} s" if result.status == "ok" else result.status
        return Text(text, COLOURS[result.status])

    def _print(self, name: str, result: StepResult) -> None:
        width = max(len(escaped(each)) for each in self._results)
        project = f"{escaped(name):<{width}}  " if len(self._results) > 1 else ""
        outcome = f"{result.name:<13} {result.seconds:6.1f} s  {escaped(result.summary)}"
        status = f"[{COLOURS[result.status]}]{result.status:<7}[/]"
        self._console.print(f"  {status} {project}{outcome}", soft_wrap=True)


@contextmanager
def board(console: Console, names: Sequence[str], steps: Sequence[str], *, is_shown: bool = True) -> Iterator[Board]:
    """Show the progress of validations while the block runs; the table stays on the screen."""
    progress = Board(console, names, steps, is_shown=is_shown)
    if not progress.is_table:
        yield progress
        return
    with Live(progress, console=console, refresh_per_second=4):
        yield progress


@contextmanager
def progress_line(console: Console, *, is_shown: bool) -> Iterator[Callable[[str, str], None]]:
    """Show a status line while the block runs; yield the function that updates it.

    Without a terminal, each name is printed once, with its text at the time when `DELAY` is over.
    """
    started: dict[str, float] = {}
    printed: set[str] = set()

    def print_once(name: str, line: str) -> None:
        is_due = time.monotonic() - started.setdefault(name, time.monotonic()) >= DELAY
        if is_due and name not in printed:
            printed.add(name)
            text = f"{one_line(name)}: {' '.join(printable(line).split())}"
            console.print(text, markup=False, soft_wrap=True)

    if not console.is_terminal or not is_shown:
        yield print_once if is_shown else lambda _name, _line: None
        return
    waiting = Waiting(console, "")

    def update(name: str, line: str) -> None:
        text = Text.assemble(one_line(name), " ", (" ".join(printable(line).split()), "dim"))
        # rich redraws one line: of a wrapped one, the first half would stay on the screen.
        text.truncate(console.width - len("* ") - 1, overflow="ellipsis")
        waiting.update(text)

    try:
        yield update
    finally:
        waiting.stop()
