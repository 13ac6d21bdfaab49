"""Measures what users wait for, one function for each table of docs/figures.md.

A function takes the scaffolder of a clone with an empty cache and returns a JSON object; `MEASURES` lists them
in their order, and a later one finds the tools that an earlier one installed.

Not here: the tables themselves (`page.py`).
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

HELLO = ["new", "hello-worker", "--template", "hello", "--defaults", "--validate", "--yes"]
"""The first command of README.md."""


class Runs:
    """The scaffolder of a clone, with a cache of its own.

    Args:
        source: The repository; what is committed there is measured.
        span: An empty folder to work in.
    """

    def __init__(self, source: Path, span: Path) -> None:
        clone = span / "templates"
        subprocess.run(["git", "clone", "--quiet", str(source), str(clone)], check=True)
        self._front = [sys.executable, str(clone / "scaffold.py")]
        self.span = span
        self._variables = {**os.environ, "SCAFFOLD_CACHE": str(span / "cache")}

    def run(self, arguments: list[str]) -> tuple[float, str]:
        """Run a command, and return its seconds and its output."""
        started = time.monotonic()
        ran = subprocess.run(
            [*self._front, *arguments],
            cwd=self.span,
            env=self._variables,
            check=True,
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        return round(time.monotonic() - started, 1), re.sub(r"\n{3,}", "\n\n", ran.stdout)

    def document(self, arguments: list[str]) -> dict[str, Any]:
        """Run a command with `--json`, and return its document."""
        ran = subprocess.run(
            [*self._front, *arguments, "--json"],
            cwd=self.span,
            env=self._variables,
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
        )
        document: dict[str, Any] = json.loads(ran.stdout)
        return document

    def tools(self) -> dict[str, str]:
        """Return the version of each tool that is used."""
        return {tool["name"]: tool["found"] for tool in self.document(["doctor"])["tools"]}


def first_project(runs: Runs) -> dict[str, Any]:
    """Measure the way from nothing to a first project, with a transcript of the command that makes it."""
    environment, _ = runs.run(["--version"])
    setup, _ = runs.run(["setup", "--yes"])
    first, transcript = runs.run(HELLO)
    plain, _ = runs.run(["new", "plain", "--template", "hello", "--defaults"])
    return {
        "seconds": {"environment": environment, "setup": setup, "first": first, "plain": plain},
        "tools": runs.tools(),
        "transcript": transcript.replace(str(runs.span), "~"),
    }


def templates(runs: Runs) -> dict[str, Any]:
    """Measure a validation of all templates, twice: before their dependencies are built, and after."""
    listed = runs.document(["list"])["templates"]
    runs.run(["setup", "--yes", *(word for each in listed if each["tools"] for word in ("--for", each["id"]))])
    cold, warm = (runs.document(["validate", "--all"]) for _ in range(2))
    return {
        "tools": runs.tools(),
        "cold": [_figures(proof) for proof in cold["proofs"]],
        "warm": [_figures(proof) for proof in warm["proofs"]],
        "whole": [{name: run[name] for name in ("seconds", "seconds_each")} for run in (cold, warm)],
    }


def _figures(proof: dict[str, Any]) -> dict[str, Any]:
    """Return what the page shows of a proof; the rest names folders of this machine."""
    return {name: proof[name] for name in ("project", "seconds", "wasm_bytes", "wasm_gzip_bytes")}


MEASURES: dict[str, Callable[[Runs], dict[str, Any]]] = {"first-project": first_project, "templates": templates}
"""Every measurement by its name, in the order in which they are run."""
