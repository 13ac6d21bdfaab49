"""Shows progress: a status line, or a live table of validations that run in parallel.

Without a terminal, each step is printed as one line when it has ended.

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

from scaffolder.core.proof import StepResult
from scaffolder.ui.console import COLOURS, escaped, make_table, one_line, printable


class Board:
    """The progress of several validations.

    Args:
        console: The console to print to.
        names: The projects.
        steps: The names of the steps of each validation.
    """

    def __init__(self, console: Console, names: Sequence[str], steps: Sequence[str]) -> None:
        self._console = console
        self._steps = steps
        self._results: dict[str, dict[str, StepResult]] = {name: {} for name in names}
        self._current: dict[str, str] = {}
        self._lock = threading.Lock()

    @property
    def is_table(self) -> bool:
        """Whether a live table is shown, instead of a line for each step."""
        return self._console.is_terminal and len(self._results) > 1

    def begin(self, name: str, step: str) -> None:
        """Record that a step of a project has started."""
        with self._lock:
            self._current[name] = step

    def end(self, name: str, result: StepResult) -> None:
        """Record the result of a step."""
        with self._lock:
            self._results[name][result.name] = result
            self._current.pop(name, None)
        if not self.is_table:
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
def board(console: Console, names: Sequence[str], steps: Sequence[str]) -> Iterator[Board]:
    """Show the progress of validations while the block runs; the table stays on the screen."""
    progress = Board(console, names, steps)
    if not progress.is_table:
        yield progress
        return
    with Live(progress, console=console, refresh_per_second=4):
        yield progress


@contextmanager
def progress_line(console: Console) -> Iterator[Callable[[str, str], None]]:
    """Show a status line while the block runs; yield the function that updates it."""
    if not console.is_terminal:
        yield lambda _name, _line: None
        return
    with console.status("") as status:

        def update(name: str, line: str) -> None:
            text = Text.assemble(one_line(name), " ", (" ".join(printable(line).split()), "dim"))
            # rich redraws one line: of a wrapped one, the first half would stay on the screen.
            text.truncate(console.width - len("* ") - 1, overflow="ellipsis")
            status.update(text)

        yield update
