"""Everything that is shown: progress on standard error, results on standard output.

With `--json`, standard output is exactly one document with a schema number and the exit
code, whatever happens. Without a terminal, or with NO_COLOR, there is no colour and no
cursor code. The only module that prints, and the only one that imports `rich`.

Not here: questions to a person (`prompts.py`).
"""

from __future__ import annotations

import io
import json
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.status import Status
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from scaffolder.errors import Refusal
from scaffolder.records import Proof, StepResult, Tool

SCHEMA = 1
"""Number of the JSON document's shape; it grows when a key changes its meaning."""

WIDTH = 100
"""Columns where there is no terminal that says how many it has."""

COLOURS = {"ok": "green", "failed": "red", "none": "yellow", "not run": "dim"}
"""The colour of each status of a step."""


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
        self._out = _console(stderr=False)
        self._err = _console(stderr=True)
        self._document: dict[str, Any] = {}
        self._status: Status | None = None

    @property
    def is_live(self) -> bool:
        """Whether a progress line can be redrawn in place."""
        return self._err.is_terminal

    def line(self, text: str) -> None:
        """Say something that is part of the result."""
        if not self._as_json:
            self._out.print(text, soft_wrap=True)

    def plain(self, text: str) -> None:
        """Say something that another program may read: no markup and no wrapping."""
        if not self._as_json:
            self._out.print(_visible(text), markup=False, highlight=False, soft_wrap=True)

    def note(self, text: str) -> None:
        """Say something on the way that is not part of the result."""
        self._err.print(_visible(text), markup=False, soft_wrap=True)

    def result(self, **document: Any) -> None:
        """Add to the JSON document."""
        self._document.update(document)

    @contextmanager
    def progress(self) -> Iterator[None]:
        """Show a line of progress for as long as the block lasts."""
        if not self.is_live:
            yield
            return
        with self._err.status("") as self._status:
            yield
        self._status = None

    def going_on(self, name: str, line: str) -> None:
        """Put the newest word on something into the line of progress."""
        if self._status:
            text = Text.assemble(name, " ", (" ".join(line.split()), "dim"))
            # A line that is wrapped leaves its first half behind when it is redrawn.
            text.truncate(self._err.width - len("* ") - 1, overflow="ellipsis")
            self._status.update(text)

    def step(self, result: StepResult) -> None:
        """Show one step of a validation that is over."""
        words = f"{result.name:<13} {result.seconds:6.1f} s  {_shown(result.summary)}"
        mark = f"[{COLOURS[result.status]}]{result.status:<7}[/]"
        self._err.print(f"  {mark} {words}", soft_wrap=True)

    def proof(self, proof: Proof) -> None:
        """Show the verdict on one project."""
        colour = {"proven": "green", "failed": "red"}.get(proof.verdict, "yellow")
        size = f", wasm {proof.wasm_bytes:,} bytes ({proof.wasm_gzip_bytes:,} gzipped)" if proof.wasm_bytes else ""
        self.line(f"[{colour} bold]{proof.verdict}[/]: {_shown(proof.project)} in {proof.seconds:.1f} s{size}")
        if proof.rust_release != proof.rust_pinned:
            self.line(f"  by rustc {proof.rust_release}; the catalogue was tested with {proof.rust_pinned}")
        if proof.kept:
            self.line(f"  built in {_shown(proof.kept)}")

    def tools(self, tools: tuple[Tool, ...]) -> None:
        """Show what the doctor found."""
        table = _table("tool", "found", "needed", "")
        for tool in tools:
            mark = "[green]ok[/]" if tool.is_ok else f"[red]missing[/] {_shown(tool.fix)}"
            table.add_row(tool.name, _shown(tool.found) or "-", _shown(tool.needed), mark)
        self._show(table)

    def rows(self, headings: list[str], rows: list[list[str]]) -> None:
        """Show a table."""
        table = _table(*headings)
        for row in rows:
            table.add_row(*map(_shown, row))
        self._show(table)

    def tree(self, title: str, paths: list[str]) -> None:
        """Show the files of a project."""
        self.line(f"[bold]{_shown(title)}[/]")
        tree = Tree("")
        branches = {"": tree}
        for path in paths:
            parent = ""
            for part in path.split("/"):
                place = f"{parent}/{part}"
                if place not in branches:
                    branches[place] = branches[parent].add(_shown(part))
                parent = place
        self._show_branches(tree)

    def refuse(self, refusal: Refusal) -> int:
        """Show a refusal as one block; answer its exit code."""
        block = {"what": refusal.what, "where": refusal.where, "why": refusal.why, "fix": refusal.fix}
        self.result(refusal={**block, "kind": refusal.kind, "details": refusal.details})
        what = " ".join(refusal.what.splitlines())
        self._err.print(f"[red bold]{refusal.kind}[/]: {_shown(what)}", soft_wrap=True)
        for name in ("where", "why", "fix"):
            first, *others = block[name].splitlines() or [""]
            self._err.print(f"  [bold]{name:<6}[/] {_shown(first)}", soft_wrap=True, highlight=False)
            for line in others:
                self._err.print(f"         {_shown(line)}", soft_wrap=True, highlight=False)
        for line in refusal.details:
            self._err.print(f"  [dim]|[/] {_shown(line)}", soft_wrap=True, highlight=False)
        return refusal.exit_code

    def close(self, exit_code: int) -> int:
        """End the talk; answer the exit code."""
        if self._as_json:
            document = {"schema": SCHEMA, "command": self._command, "exit_code": exit_code, **self._document}
            sys.stdout.write(json.dumps(document, indent=2) + "\n")
            sys.stdout.flush()
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


def _visible(text: str) -> str:
    """Replace what a terminal would act on: a name or an answer may hold anything."""
    return re.sub(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", "\N{REPLACEMENT CHARACTER}", text)


def _shown(text: str) -> str:
    """Answer a text from outside so that it is shown as it is, not read as markup."""
    return escape(_visible(text))


def _console(*, stderr: bool) -> Console:
    console = Console(stderr=stderr, highlight=False, emoji=False)
    is_terminal = console.file.isatty()
    if is_terminal and not os.environ.get("NO_COLOR"):
        return console
    width = console.width if is_terminal else WIDTH
    return Console(stderr=stderr, highlight=False, emoji=False, force_terminal=False, color_system=None, width=width)


def _table(*headings: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table
