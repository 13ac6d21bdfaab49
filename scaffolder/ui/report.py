"""Prints the output of a command: results to standard output, everything else to standard error.

With `--json`, standard output is always exactly one document, with a schema number and the exit code. Without a
terminal, or with NO_COLOR, there are no colours and no cursor codes. Only this package prints, and imports `rich`.

Not here: questions (`prompts.py`).
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from scaffolder.core.errors import Refusal, unwritten
from scaffolder.core.findings import Finding
from scaffolder.core.proof import Proof
from scaffolder.core.tool import Tool
from scaffolder.ui.console import (
    SIGPIPE_EXIT,
    escaped,
    for_command,
    is_on_github,
    make_console,
    make_table,
    one_line,
    printable,
)
from scaffolder.ui.progress import Board, Waiting, board, progress_line

SCHEMA = 1
"""Version of the JSON document; it is incremented when a key changes its meaning."""


class Report:
    """The output of one command.

    Args:
        command: The command's name, for the JSON document.
        as_json: Print one JSON document to standard output, and nothing else.
    """

    def __init__(self, command: str, *, as_json: bool) -> None:
        self._command = command
        self._as_json = as_json
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                # An ASCII-only terminal gets `\u65e5`, instead of a UnicodeEncodeError.
                stream.reconfigure(errors="backslashreplace")
        self._out = make_console(stderr=False)
        self._err = make_console(stderr=True)
        self._document: dict[str, Any] = {}
        self.settled: int | None = None  # the exit code of what is done, whichever signal comes later
        self._waiting: Waiting | None = None

    @contextmanager
    def working(self, title: str) -> Iterator[None]:
        """Show the title of some work if it takes long, until the block ends or something else is printed."""
        self._stop_waiting()
        self._waiting = None if self._as_json else Waiting(self._err, title)
        try:
            yield
        finally:
            self._stop_waiting()

    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.stop()
            self._waiting = None

    def line(self, text: str) -> None:
        """Print a line of the result, with markup."""
        self._stop_waiting()
        if not self._as_json:
            self._out.print(text, soft_wrap=True)

    def plain(self, text: str) -> None:
        """Print text that another program may read: no markup, no wrapping."""
        self._stop_waiting()
        if not self._as_json:
            self._out.print(printable(text), markup=False, highlight=False, soft_wrap=True)

    def annotation(self, file: str, line: int, column: int, title: str, text: str) -> None:
        """Print a workflow command by which GitHub Actions shows an error at its place; nothing anywhere else.

        Args:
            file: The file, relative to the repository.
            line: The line, from 1.
            column: The column, from 1.
            title: The heading.
            text: The message, which may have several lines.
        """
        if is_on_github():
            place = f"file={for_command(file, ':,')},line={line},col={column},title={for_command(title, ':,')}"
            # The command itself is ours, so only its parts are made printable.
            command = f"::error {place}::{for_command(text, '')}"
            if not self._as_json:
                self._out.print(command, markup=False, highlight=False, soft_wrap=True)

    def note(self, text: str) -> None:
        """Print a message of one line to standard error that is not part of the result."""
        self._stop_waiting()
        self._err.print(one_line(text), markup=False, soft_wrap=True)

    def result(self, **document: Any) -> None:
        """Add to the JSON document."""
        self._document.update(document)

    @contextmanager
    def progress(self) -> Iterator[Callable[[str, str], None]]:
        """Show a status line while the block runs.

        Yields:
            The function that updates the line, given a name and a text.
        """
        self._stop_waiting()
        with progress_line(self._err, is_shown=not self._as_json) as update:
            yield update

    @contextmanager
    def board(self, names: Sequence[str], steps: Sequence[str]) -> Iterator[Board]:
        """Show the progress of several validations while the block runs.

        Args:
            names: The projects.
            steps: The names of the steps of each validation.

        Yields:
            The board, whose `begin` and `end` are to be called for each step.
        """
        self._stop_waiting()
        with board(self._err, names, steps, is_shown=not self._as_json) as progress:
            yield progress

    def proof(self, proof: Proof) -> None:
        """Print the verdict on one project."""
        colour = {"proven": "green", "failed": "red"}.get(proof.verdict, "yellow")
        size = f", wasm {proof.wasm_bytes:,} bytes ({proof.wasm_gzip_bytes:,} gzipped)" if proof.wasm_bytes else ""
        self.line(f"[{colour} bold]{proof.verdict}[/]: {escaped(proof.project)} in {proof.seconds:.1f} s{size}")
        if proof.versions:
            used = ", ".join(f"{name} {version}" for name, version in proof.versions.items())
            self.line(f"  with {escaped(used)}")
        if proof.rust_release != proof.rust_pinned:
            self.line(f"  by rustc {proof.rust_release}; the catalogue was tested with {proof.rust_pinned}")
        if proof.kept:
            self.line(f"  built in {escaped(proof.kept)}")

    def finding(self, finding: Finding, span: str) -> None:
        """Print a finding as one block."""
        where = f" ({finding.environment})" if finding.environment else ""
        name = f" [dim]{escaped(f'[{finding.name}]')}[/]"
        self.line(f"[bold]{escaped(span)}[/] [red]{finding.code}[/] {escaped(finding.message + where)}{name}")
        self.line(f"  [bold]why[/]  {escaped(finding.why)}")
        self.line(f"  [bold]fix[/]  {escaped(finding.fix)}")

    def tools(self, tools: tuple[Tool, ...]) -> None:
        """Print the table of `scaffold doctor`."""
        table = make_table("tool", "found", "needed", "")
        for tool in tools:
            missing = "[red]missing[/]" if tool.is_needed else "[yellow]not installed[/]"
            status = "[green]ok[/]" if tool.is_ok else f"{missing} {escaped(tool.fix)}"
            table.add_row(tool.name, escaped(tool.found) or "-", escaped(tool.needed), status)
        self._print(table)

    def rows(self, headings: list[str], rows: list[list[str]]) -> None:
        """Print a table."""
        table = make_table(*headings)
        for row in rows:
            table.add_row(*map(escaped, row))
        self._print(table)

    def tree(self, title: str, paths: list[str]) -> None:
        """Print the files of a project as a tree."""
        self._stop_waiting()
        if self._as_json:
            return
        self.line(f"[bold]{escaped(title)}[/]")
        tree = Tree("")
        branches = {"": tree}
        for path in paths:
            parent = ""
            for part in path.split("/"):
                branch = f"{parent}/{part}"
                if branch not in branches:
                    branches[branch] = branches[parent].add(escaped(part))
                parent = branch
        self._print_branches(tree)

    def refuse(self, refusal: Refusal) -> int:
        """Print a refusal as one block, and return its exit code."""
        self._stop_waiting()
        block = {"what": refusal.what, "where": refusal.where, "why": refusal.why, "fix": refusal.fix}
        self.result(refusal={**block, "kind": refusal.kind, "details": refusal.details})
        what = " ".join(refusal.what.split("\n"))
        self._err.print(f"[red bold]{refusal.kind}[/]: {escaped(what)}", soft_wrap=True)
        for name in ("where", "why", "fix"):
            # A place is a name; a reason and a remedy may have several lines.
            first, *others = [block[name]] if name == "where" else block[name].rstrip("\n").split("\n")
            self._err.print(f"  [bold]{name:<6}[/] {escaped(first)}", soft_wrap=True, highlight=False)
            for line in others:
                self._err.print(f"         {escaped(line)}", soft_wrap=True, highlight=False)
        for line in refusal.details:
            self._err.print(f"  [dim]|[/] {escaped(line)}", soft_wrap=True, highlight=False)
        return refusal.exit_code

    def close(self, exit_code: int) -> int:
        """Print the JSON document if there is one, and return the exit code.

        The work is done by now. Output that could not be written makes it a failure all the same.
        """
        document = {"schema": SCHEMA, "command": self._command, "exit_code": exit_code, **self._document}
        try:
            if self._as_json:
                text = json.dumps(document, indent=2) + "\n"
                # GitHub Actions finds the older form of a command even within a string.
                sys.stdout.write(text.replace("##[", "\\u0023#[") if is_on_github() else text)
            sys.stdout.flush()
        except OSError as error:
            self._out.fail(error)
        if self._out.failure is None or exit_code != 0:
            return exit_code
        if isinstance(self._out.failure, BrokenPipeError):
            return SIGPIPE_EXIT
        return self.refuse(unwritten(self._out.failure))

    def _print(self, table: Table) -> None:
        self._stop_waiting()
        if self._as_json:
            return
        if is_on_github():
            # A cell that is folded begins a line with what stood in the middle of a text.
            with self._out.capture() as drawn:
                self._out.print(table)
            self.plain(drawn.get().rstrip("\n"))
        else:
            self._out.print(table)

    def _print_branches(self, tree: Tree) -> None:
        """Print a tree without its root, a title that rich would cut at the terminal's width."""
        with self._out.capture() as drawn:
            self._out.print(tree)
        _, _, branches = drawn.get().partition("\n")
        self._out.print(Text.from_ansi(branches.rstrip("\n")), soft_wrap=True)
