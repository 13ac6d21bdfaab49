"""Real tools for the live tests: got by `scaffold setup` itself, and never faked or skipped."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scaffolder.catalogue import manifests

ROOT = Path(__file__).resolve().parent.parent.parent

Scaffold = Callable[..., "Outcome"]


class Outcome:
    """How a run of `scaffold --json` ended."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code = code
        self.err = err
        self.document: dict[str, Any] = json.loads(out)


def run_scaffold(*arguments: object, cwd: Path | None = None) -> Outcome:
    """Run the real program with `--json`, and read its document."""
    ran = subprocess.run(
        [sys.executable, str(ROOT / "scaffold.py"), *map(str, arguments), "--json"],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    return Outcome(ran.returncode, ran.stdout, ran.stderr)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything in this folder as live."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.live)


@pytest.fixture(scope="session")
def scaffold() -> Scaffold:
    """Answer the real program, with every tool that it needs in place."""
    wanted = [word for template in manifests.templates() if template.tools for word in ("--for", template.id)]
    outcome = run_scaffold("setup", "--yes", *wanted)
    assert outcome.code == 0, outcome.err
    return run_scaffold


@pytest.fixture(scope="session")
def tool_environment(scaffold: Scaffold, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Answer the environment that `scaffold env` gives to a shell, with one build folder for all tests."""
    shared = str(tmp_path_factory.mktemp("build"))
    return {**os.environ, **scaffold("env").document["environment"], "CARGO_BUILD_BUILD_DIR": shared}


@pytest.fixture
def make(scaffold: Scaffold, tmp_path: Path) -> Callable[..., Path]:
    """Answer a function that makes a project of a template and answers its folder."""

    def make_project(template: str, name: str, **answers: object) -> Path:
        folder = tmp_path / name
        given = [word for key, value in answers.items() for word in ("--set", f"{key}={value}")]
        outcome = scaffold("new", folder, "--template", template, "--defaults", *given)
        assert outcome.code == 0, outcome.err
        return folder

    return make_project
