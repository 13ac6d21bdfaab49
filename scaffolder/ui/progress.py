"""Shows what is going on: a line of progress, or a table of validations that run side by side.

Where the place that is written to is no terminal, each step is one line once it is over.

Not here: the verdicts (`report.py`).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from scaffolder.core.models import StepResult
from scaffolder.ui.console import COLOURS, shown, table_of


class Board:
    """How far each of some validations is.

    Args:
        console: Where the lines go.
        names: The projects.
        steps: The steps that each of them goes through.
    """

    def __init__(self, console: Console, names: Sequence[str], steps: Sequence[str]) -> None:
        self._console = console
        self._steps = steps
        self._results: dict[str, dict[str, StepResult]] = {name: {} for name in names}
        self._now: dict[str, str] = {}
        self._lock = threading.Lock()

    @property
    def is_table(self) -> bool:
        """Whether a table that changes is shown, rather than a line for each step."""
        return self._console.is_terminal and len(self._results) > 1

    def begin(self, name: str, step: str) -> None:
        """Take note that a step of a project has begun."""
        with self._lock:
            self._now[name] = step

    def end(self, name: str, result: StepResult) -> None:
        """Take note of a step that is over."""
        with self._lock:
            self._results[name][result.name] = result
            self._now.pop(name, None)
        if not self.is_table:
            self._say(name, result)

    def __rich__(self) -> Table:
        """Draw the table as it is now."""
        table = table_of("", *self._steps)
        with self._lock:
            for name in self._results:
                table.add_row(shown(name), *(self._cell(name, step) for step in self._steps))
        return table

    def _cell(self, name: str, step: str) -> Text:
        if self._now.get(name) == step:
            return Text("...", "bold")
        result = self._results[name].get(step)
        if result is None:
            return Text("")
        words = f"{result.seconds:.1f} s" if result.status == "ok" else result.status
        return Text(words, COLOURS[result.status])

    def _say(self, name: str, result: StepResult) -> None:
        whose = f"{shown(name):<{max(map(len, self._results))}}  " if len(self._results) > 1 else ""
        words = f"{result.name:<13} {result.seconds:6.1f} s  {shown(result.summary)}"
        mark = f"[{COLOURS[result.status]}]{result.status:<7}[/]"
        self._console.print(f"  {mark} {whose}{words}", soft_wrap=True)


@contextmanager
def board(console: Console, names: Sequence[str], steps: Sequence[str]) -> Iterator[Board]:
    """Show a board for as long as the block lasts; the table stays below when it is over."""
    drawn = Board(console, names, steps)
    if not drawn.is_table:
        yield drawn
        return
    with Live(drawn, console=console, refresh_per_second=4):
        yield drawn


@contextmanager
def progress_line(console: Console) -> Iterator[Callable[[str, str], None]]:
    """Show a line that is redrawn in place; yield what puts the newest word on something into it."""
    if not console.is_terminal:
        yield lambda _name, _line: None
        return
    with console.status("") as status:

        def going_on(name: str, line: str) -> None:
            text = Text.assemble(name, " ", (" ".join(line.split()), "dim"))
            # A line that is wrapped leaves its first half behind when it is redrawn.
            text.truncate(console.width - len("* ") - 1, overflow="ellipsis")
            status.update(text)

        yield going_on
