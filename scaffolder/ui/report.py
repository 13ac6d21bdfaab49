"""Everything that is shown: progress on standard error, results on standard output.

With `--json`, standard output is exactly one document with a schema number and the exit
code, whatever happens. Without a terminal, or with NO_COLOR, there is no colour and no
cursor code. Only this package prints, and only it imports `rich`.

Not here: questions to a person (`prompts.py`).
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

from scaffolder.core.errors import Refusal
from scaffolder.core.findings import Finding
from scaffolder.core.models import Proof, Tool
from scaffolder.ui.console import console_of, leave_unheard, shown, table_of, visible
from scaffolder.ui.progress import Board, board, progress_line

SCHEMA = 1
"""Number of the JSON document's shape; it grows when a key changes its meaning."""


class Report:
    """One command's talk with its user.

    Args:
        command: The command's name, for the document.
        as_json: Whether standard output is for one JSON document alone.
    """

    def __init__(self, command: str, *, as_json: bool) -> None:
        self._command = command
        self._as_json = as_json
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                # A terminal that knows only ASCII gets `\u65e5` instead of no word at all.
                stream.reconfigure(errors="backslashreplace")
        self._out = console_of(stderr=False)
        self._err = console_of(stderr=True)
        self._document: dict[str, Any] = {}

    def line(self, text: str) -> None:
        """Say something that is part of the result."""
        if not self._as_json:
            self._out.print(text, soft_wrap=True)

    def plain(self, text: str) -> None:
        """Say something that another program may read: no markup and no wrapping."""
        if not self._as_json:
            self._out.print(visible(text), markup=False, highlight=False, soft_wrap=True)

    def note(self, text: str) -> None:
        """Say something on the way that is not part of the result."""
        self._err.print(visible(text), markup=False, soft_wrap=True)

    def result(self, **document: Any) -> None:
        """Add to the JSON document."""
        self._document.update(document)

    @contextmanager
    def progress(self) -> Iterator[Callable[[str, str], None]]:
        """Show a line of progress for as long as the block lasts.

        Yields:
            What puts the newest word on something into that line.
        """
        with progress_line(self._err) as going_on:
            yield going_on

    @contextmanager
    def board(self, names: Sequence[str], steps: Sequence[str]) -> Iterator[Board]:
        """Show how far several validations are, for as long as the block lasts.

        Args:
            names: The projects.
            steps: The steps that each of them goes through.
        """
        with board(self._err, names, steps) as shown_board:
            yield shown_board

    def proof(self, proof: Proof) -> None:
        """Show the verdict on one project."""
        colour = {"proven": "green", "failed": "red"}.get(proof.verdict, "yellow")
        size = f", wasm {proof.wasm_bytes:,} bytes ({proof.wasm_gzip_bytes:,} gzipped)" if proof.wasm_bytes else ""
        self.line(f"[{colour} bold]{proof.verdict}[/]: {shown(proof.project)} in {proof.seconds:.1f} s{size}")
        if proof.rust_release != proof.rust_pinned:
            self.line(f"  by rustc {proof.rust_release}; the catalogue was tested with {proof.rust_pinned}")
        if proof.kept:
            self.line(f"  built in {shown(proof.kept)}")

    def finding(self, finding: Finding, span: str) -> None:
        """Show what a rule found, as one block."""
        where = f" ({finding.environment})" if finding.environment else ""
        self.line(f"[bold]{shown(span)}[/] [red]{finding.code}[/] {shown(finding.message)}{shown(where)}")
        self.line(f"  [bold]why[/]  {shown(finding.why)}")
        self.line(f"  [bold]fix[/]  {shown(finding.fix)}")

    def tools(self, tools: tuple[Tool, ...]) -> None:
        """Show what the doctor found."""
        table = table_of("tool", "found", "needed", "")
        for tool in tools:
            lack = "[red]missing[/]" if tool.is_needed else "[yellow]not there[/]"
            mark = "[green]ok[/]" if tool.is_ok else f"{lack} {shown(tool.fix)}"
            table.add_row(tool.name, shown(tool.found) or "-", shown(tool.needed), mark)
        self._show(table)

    def rows(self, headings: list[str], rows: list[list[str]]) -> None:
        """Show a table."""
        table = table_of(*headings)
        for row in rows:
            table.add_row(*map(shown, row))
        self._show(table)

    def tree(self, title: str, paths: list[str]) -> None:
        """Show the files of a project."""
        self.line(f"[bold]{shown(title)}[/]")
        tree = Tree("")
        branches = {"": tree}
        for path in paths:
            parent = ""
            for part in path.split("/"):
                span = f"{parent}/{part}"
                if span not in branches:
                    branches[span] = branches[parent].add(shown(part))
                parent = span
        self._show_branches(tree)

    def refuse(self, refusal: Refusal) -> int:
        """Show a refusal as one block; answer its exit code."""
        block = {"what": refusal.what, "where": refusal.where, "why": refusal.why, "fix": refusal.fix}
        self.result(refusal={**block, "kind": refusal.kind, "details": refusal.details})
        what = " ".join(refusal.what.splitlines())
        self._err.print(f"[red bold]{refusal.kind}[/]: {shown(what)}", soft_wrap=True)
        for name in ("where", "why", "fix"):
            first, *others = block[name].splitlines() or [""]
            self._err.print(f"  [bold]{name:<6}[/] {shown(first)}", soft_wrap=True, highlight=False)
            for line in others:
                self._err.print(f"         {shown(line)}", soft_wrap=True, highlight=False)
        for line in refusal.details:
            self._err.print(f"  [dim]|[/] {shown(line)}", soft_wrap=True, highlight=False)
        return refusal.exit_code

    def close(self, exit_code: int) -> int:
        """End the talk; answer the exit code."""
        if self._as_json:
            document = {"schema": SCHEMA, "command": self._command, "exit_code": exit_code, **self._document}
            try:
                sys.stdout.write(json.dumps(document, indent=2) + "\n")
                sys.stdout.flush()
            except BrokenPipeError:
                leave_unheard()
        return exit_code

    def _show(self, table: Table) -> None:
        if not self._as_json:
            self._out.print(table)

    def _show_branches(self, tree: Tree) -> None:
        """Show a tree without its root, which rich would cut where the terminal ends."""
        with self._out.capture() as drawn:
            self._out.print(tree)
        _, _, branches = drawn.get().partition("\n")
        if not self._as_json:
            self._out.print(Text.from_ansi(branches.rstrip("\n")), soft_wrap=True)
