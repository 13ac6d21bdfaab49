"""Kinds in templates are built, served, asked and tested for real, and broken on purpose."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from scaffolder.commands import validate
from scaffolder.core.errors import BuildOrTestFailed
from scaffolder.core.proof import Proof
from scaffolder.toolchain import provision
from scaffolder.validation import wrangler_cli
from tests.covering import ROWS, Row

from .conftest import Pick, Prove

ARRAY = 6
"""How many projects of the array one run proves."""

BREAKAGES = {
    "a binding of another name": ("kv", "KV", "wrangler.toml", 'binding = "KV"', 'binding = "KW"'),
    "a handler that is gone": ("cron", "7 * * * *", "src/lib.rs", "#[worker::event(scheduled)]\n", ""),
    "a stub that is gone": ("ai", "AI", "tests/worker.test.mjs", "./stubbed-wrangler.mjs", "wrangler"),
    "a workflow that is not exported": (
        "workflow",
        "FLOW=Flow",
        "src/entry.mjs",
        'export { Flow } from "./flow_workflow.mjs";',
        "",
    ),
    "a table that is not there": ("d1", "D1", "migrations/0001_initial.sql", "-- ", "DROP TABLE "),
}
"""The kind and the name that are added to `hello`, then the file that is broken, with the old text and the new."""

STEPS = ["worker-tests", "worker-tests", "worker-tests", "worker-tests", "start"]
"""The step of a validation that must catch each breakage."""


REMOTE = [
    ("ai", "AI"),
    ("dispatch-namespace", "DISPATCH"),
    ("container", "RENDERERS=Renderer"),
    ("secret-store", "TOKEN=abc/token"),
    ("vectorize", "VECTORS"),
]
"""The kinds whose tests do without the real thing, which only Cloudflare or Docker has, each with an argument."""


@pytest.fixture
def made(run: Callable[..., int], tmp_path: Path) -> Callable[[Row], Path]:
    """Return a function that makes a project of the array with all its kinds."""

    def make(row: Row) -> Path:
        project = row.make(tmp_path, run)
        row.add(project, run)
        return project

    return make


def test_templates_with_their_kinds_are_proven_and_lint_free(
    prove: Prove, pick: Pick[Row], made: Callable[[Row], Path], tool_environment: dict[str, str]
) -> None:
    rows = pick(ROWS, ARRAY, lambda row: row.template)
    projects = [made(row) for row in rows]

    proofs = prove(projects)

    validate.refuse_failures(proofs)
    assert {proof.verdict for proof in proofs} == {"proven"}
    for project, row, proof in zip(projects, rows, proofs, strict=True):
        assert worker_tests(proof) > len([kind for kind in row.kinds if kind.test])
        for command in ("cargo fmt --check", "cargo clippy --locked --all-targets -- -D warnings"):
            ran = subprocess.run(
                command.split(), cwd=project, env=tool_environment, capture_output=True, text=True, check=False
            )
            assert ran.returncode == 0, f"{row.name}: {ran.stdout}{ran.stderr}"


def test_bindings_that_only_cloudflare_has_pass_a_dry_run(
    run: Callable[..., int], copy_of: Callable[..., Path], tool_environment: dict[str, str]
) -> None:
    project = copy_of("hello", "remote")
    for word, name in REMOTE:
        assert run("add", word, name, "--project", str(project)) == 0
    command = wrangler_cli.command(
        provision.find_tools().node_modules, "deploy", "--dry-run", "--containers-rollout=none"
    )

    ran = subprocess.run(command, cwd=project, env=tool_environment, capture_output=True, text=True, check=False)

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert [name for _, name in REMOTE if f"env.{name.partition('=')[0]}" not in ran.stdout] == []


@pytest.mark.parametrize("step", sorted(set(STEPS)))
def test_a_breakage_of_what_was_added_turns_a_validation_red_at_its_step(
    prove: Prove, run: Callable[..., int], copy_of: Callable[..., Path], step: str
) -> None:
    broken = [each for each, where in zip(BREAKAGES.values(), STEPS, strict=True) if where == step]
    projects = []
    for word, name, file, old, new in broken:
        project = copy_of("hello", f"broken-{word}")
        assert run("add", word, name, "--project", str(project)) == 0
        text = (project / file).read_text(encoding="utf-8")
        assert text.count(old) == 1
        (project / file).write_text(text.replace(old, new), encoding="utf-8")
        projects.append(project)

    proofs = prove(projects, goal=step)

    assert [[each.name for each in proof.steps if each.status == "failed"] for proof in proofs] == [[step]] * len(
        broken
    )
    with pytest.raises(BuildOrTestFailed):
        validate.refuse_failures(proofs)


def worker_tests(proof: Proof) -> int:
    """Return how many tests of a project's worker passed."""
    return int(next(step.summary for step in proof.steps if step.name == "worker-tests").split()[0])
