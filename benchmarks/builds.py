"""Makes projects and builds them as a deployment does, to measure the file that comes out.

Its size does not depend on what is installed or built already, so the tools are those of the user's own cache, and
`CARGO_BUILD_BUILD_DIR` may name a folder of built dependencies.

Not here: what is measured (`sizes.py`, `beside_upstream.py`).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.stamp import ROOT
from benchmarks.wasm_file import Wasm

FRONT = [sys.executable, str(ROOT / "scaffold.py")]


class Builds:
    """Projects that are made and built in one folder.

    Args:
        place: The folder, which does not exist yet.
        ids: Their templates, whose tools are installed if they are missing.
    """

    def __init__(self, place: Path, ids: Sequence[str]) -> None:
        place.mkdir()
        self.place = place
        tools = {each["id"]: each["tools"] for each in _document("list")["templates"]}
        _scaffold("setup", "--yes", *(word for id_ in ids if tools[id_] for word in ("--for", id_)))
        shared = {"CARGO_BUILD_BUILD_DIR": str(place / "target")}
        self.variables = {**shared, **os.environ, **_document("env")["environment"]}
        self.tools: dict[str, str] = {tool["name"]: tool["found"] for tool in _document("doctor")["tools"]}

    def made(self, id_: str, name: str) -> Path:
        """Make a project of a template."""
        project = self.place / name
        _scaffold("new", str(project), "--template", id_, "--defaults", "--no-git", "--no-validate")
        return project

    def built(self, project: Path) -> Wasm:
        """Run the build command of a project, and return the wasm file that a deployment uploads."""
        command = tomllib.loads((project / "wrangler.toml").read_text(encoding="utf-8"))["build"]["command"]
        self.run(["sh", "-c", command], project)
        (wasm,) = (project / "build").glob("*.wasm")
        return Wasm(wasm)

    def run(self, command: Sequence[str], folder: Path) -> str:
        """Run a command with the tools on its path, and return its output."""
        return subprocess.run(
            command,
            cwd=folder,
            env=self.variables,
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
        ).stdout


def _scaffold(*arguments: str) -> str:
    ran = subprocess.run([*FRONT, *arguments], check=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    return ran.stdout


def _document(*arguments: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(_scaffold(*arguments, "--json"))
    return document
