"""Every kind in every template is built, served, asked and tested for real, and broken on purpose."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scaffolder.toolchain import provision
from scaffolder.validation import wrangler_cli
from tests.covering import ROWS, Row

from .conftest import Scaffold

QUARTER = ROWS[0::4]
"""The projects that are proven each time; the others take long."""

BREAKAGES = {
    "a binding of another name": ("kv", "KV", "wrangler.toml", 'binding = "KV"', 'binding = "KW"'),
    "a handler that is gone": ("cron", "7 * * * *", "src/lib.rs", "#[worker::event(scheduled)]\n", ""),
    "a stub that is gone": ("ai", "AI", "tests/worker.test.mjs", "./stubbed-wrangler.mjs", "wrangler"),
    "a table that is not there": ("d1", "D1", "migrations/0001_initial.sql", "-- ", "DROP TABLE "),
}
"""What is added to `hello`, and the file that is broken then: what is written in place of what."""

STEPS = ["worker-tests", "worker-tests", "worker-tests", "start"]
"""The step of a validation that must catch each of them."""


@pytest.fixture(scope="module")
def run(scaffold: Scaffold) -> Callable[..., int]:
    """Answer the real program's exit code."""
    return lambda *words: scaffold(*words).code


@pytest.fixture
def made(run: Callable[..., int], tmp_path: Path) -> Callable[[Row], Path]:
    """Answer what makes a project of the array with all its kinds."""

    def make(row: Row) -> Path:
        project = row.make(tmp_path, run)
        row.add(project, run)
        return project

    return make


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param(QUARTER, id="a quarter"),
        pytest.param([row for row in ROWS if row not in QUARTER], id="the others", marks=pytest.mark.long),
    ],
)
def test_every_template_with_its_kinds_is_proven_and_lint_free(
    scaffold: Scaffold, made: Callable[[Row], Path], tool_environment: dict[str, str], rows: list[Row]
) -> None:
    projects = [made(row) for row in rows]

    outcome = scaffold("validate", *projects)

    assert outcome.code == 0, outcome.err
    assert {proof["verdict"] for proof in outcome.document["proofs"]} == {"proven"}
    for project, row in zip(projects, rows, strict=True):
        assert worker_tests(outcome.document, row) > len([kind for kind in row.kinds if kind.test])
        for command in ("cargo fmt --check", "cargo clippy --locked --all-targets -- -D warnings"):
            ran = subprocess.run(
                command.split(), cwd=project, env=tool_environment, capture_output=True, text=True, check=False
            )
            assert ran.returncode == 0, f"{row.name}: {ran.stdout}{ran.stderr}"


def test_workers_ai_passes_a_dry_run(made: Callable[[Row], Path], tool_environment: dict[str, str]) -> None:
    row = next(each for each in ROWS if "ai" in [kind.name for kind in each.kinds])
    command = wrangler_cli.command(provision.find_tools().node_modules, "deploy", "--dry-run")

    ran = subprocess.run(command, cwd=made(row), env=tool_environment, capture_output=True, text=True, check=False)

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "env.AI" in ran.stdout


def test_a_breakage_of_what_was_added_turns_validate_red_at_its_step(
    scaffold: Scaffold, make: Callable[..., Path]
) -> None:
    projects = []
    for number, (word, name, file, old, new) in enumerate(BREAKAGES.values()):
        project = make("hello", f"broken-{number}")
        assert scaffold("add", word, name, "--project", project).code == 0
        text = (project / file).read_text(encoding="utf-8")
        assert text.count(old) == 1
        (project / file).write_text(text.replace(old, new), encoding="utf-8")
        projects.append(project)

    outcome = scaffold("validate", *projects)

    assert outcome.code == 1
    steps = [step for proof in outcome.document["proofs"] for step in proof["steps"]]
    assert [step["name"] for step in steps if step["status"] == "failed"] == STEPS


def worker_tests(document: dict[str, Any], row: Row) -> int:
    """Answer how many tests of a project's worker passed."""
    proof = next(each for each in document["proofs"] if each["project"].endswith(row.name))
    summary = next(step["summary"] for step in proof["steps"] if step["name"] == "worker-tests")
    return int(summary.split()[0])
