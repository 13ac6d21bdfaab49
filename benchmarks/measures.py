"""Measures what users wait for, one function for each table of docs/figures.md and docs/size.md.

A function takes the scaffolder of a clone with an empty cache and returns a JSON object; `MEASURES` lists them
in their order, and a later one finds the tools that an earlier one installed.

Not here: the tables themselves (`page.py`).
"""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks import fleet
from benchmarks.beside_upstream import beside_upstream
from benchmarks.sizes import dependencies, sizes
from benchmarks.workers_builds import workers_builds

HELLO = ["new", "hello-worker", "--template", "hello", "--defaults", "--validate", "--yes"]
"""The first command of README.md."""

ROUNDS = 7
"""How often each of the commands that are compared is run, in turn with all others; the median counts."""


class Runs:
    """The scaffolder of a clone, with a cache of its own.

    Args:
        source: The repository; what is committed there is measured.
        span: An empty folder to work in.
    """

    def __init__(self, source: Path, span: Path) -> None:
        self.clone = span / "templates"
        subprocess.run(["git", "clone", "--quiet", str(source), str(self.clone)], check=True)
        self._front = [sys.executable, str(self.clone / "scaffold.py")]
        self.span = span
        self._variables = {**os.environ, "SCAFFOLD_CACHE": str(span / "cache")}

    def run(self, arguments: list[str]) -> tuple[float, str]:
        """Run a command in the clone, as README.md does, and return its seconds and its output."""
        started = time.monotonic()
        ran = subprocess.run(
            [sys.executable, "scaffold.py", *arguments],
            cwd=self.clone,
            env=self._variables,
            check=True,
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        return round(time.monotonic() - started, 1), re.sub(r"\n{3,}", "\n\n", ran.stdout)

    def seconds(self, command: list[str]) -> float:
        """Run a command that is not the clone's, or is written out, and return its seconds unrounded."""
        started = time.perf_counter()
        subprocess.run(
            command, cwd=self.span, env=self._variables, check=True, stdin=subprocess.DEVNULL, capture_output=True
        )
        return time.perf_counter() - started

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
        "transcript": transcript.replace(str(runs.clone), "~/templates"),
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


def commands(runs: Runs) -> dict[str, Any]:
    """Measure commands that build nothing beside Copier's, each installed into an environment of its own."""
    scaffold = _installed(runs, "installed", str(runs.clone), "scaffold")
    copier = _installed(runs, "peer", "copier", "copier")
    new = ["new", "made", "--template", "hello", "--defaults", "--no-git", "--no-validate"]
    compared = {
        "copier copy": [copier, "copy", "--defaults", "--data", "template=hello", str(runs.clone), "made"],
        "scaffold new": [scaffold, *new],
        "scaffold.py new": [sys.executable, str(runs.clone / "scaffold.py"), *new],
        "copier --help": [copier, "--help"],
        "scaffold list": [scaffold, "list"],
        "scaffold info": [scaffold, "info", "hello"],
    }
    # The first round makes the environment of the clone, and the compiled files of all.
    rounds = [{name: _once(runs, command) for name, command in compared.items()} for _ in range(ROUNDS + 1)][1:]
    return {
        "versions": {
            "Copier": subprocess.run([copier, "--version"], check=True, capture_output=True, text=True).stdout.split()[
                -1
            ],
            "Python": platform.python_version(),
        },
        "medians": {name: round(statistics.median(each[name] for each in rounds), 3) for name in compared},
    }


def fleet_of_projects(runs: Runs) -> dict[str, Any]:
    """Measure a report on many repositories, and an update of all of them without a build."""
    runs.run(["--version"])
    return {"versions": {"Python": platform.python_version()}, **fleet.measure(runs.clone, runs.span)}


def _installed(runs: Runs, name: str, package: str, command: str) -> str:
    """Install a package into an environment of its own, and return the path of its command."""
    folder = runs.span / name
    runs.seconds([sys.executable, "-m", "venv", str(folder)])
    runs.seconds([str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", package])
    return str(folder / "bin" / command)


def _once(runs: Runs, command: list[str]) -> float:
    shutil.rmtree(runs.span / "made", ignore_errors=True)
    return runs.seconds(command)


def _figures(proof: dict[str, Any]) -> dict[str, Any]:
    """Return what the page shows of a proof; the rest names folders of this machine."""
    return {name: proof[name] for name in ("project", "seconds", "wasm_bytes", "wasm_gzip_bytes")}


def updates(runs: Runs) -> dict[str, Any]:
    """Count the conflicts of updates, in each of three ways."""
    command = [sys.executable, "-m", "benchmarks.updates"]
    ran = subprocess.run(command, cwd=runs.clone, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


MEASURES: dict[str, Callable[[Runs], dict[str, Any]]] = {
    "commands": commands,
    "first-project": first_project,
    "templates": templates,
    "updates": updates,
    "fleet": fleet_of_projects,
    "workers-builds": workers_builds,
    "beside-upstream": beside_upstream,
    "sizes": sizes,
    "dependencies": dependencies,
}
"""Every measurement by its name, in the order in which they are run."""
