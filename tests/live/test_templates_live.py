"""Templates are built, served, asked and tested for real, and broken on purpose."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from scaffolder.catalogue import manifests
from scaffolder.commands import validate
from scaffolder.core.errors import BuildOrTestFailed

from .conftest import Pick, Prove, Scaffold

IDS = manifests.template_ids()

PROVEN, BROKEN, BY_WORKFLOW = 8, 16, 3
"""How many templates one run proves as they are deployed, breakages it tries, and workflows it follows."""

STEPS = ["build", "start", "smoke", "rust-tests", "worker-tests"]


@dataclass(frozen=True)
class Breakage:
    """One breakage of a template."""

    template: str
    number: int
    file: str
    old: str
    new: str
    step: str

    @property
    def name(self) -> str:
        return f"{self.template}-{self.number}"

    def break_copy(self, copy_of: Callable[..., Path]) -> Path:
        project = copy_of(self.template, self.name)
        content = (project / self.file).read_text(encoding="utf-8")
        assert content.count(self.old) == 1
        (project / self.file).write_text(content.replace(self.old, self.new), encoding="utf-8")
        return project


def breakages() -> list[Breakage]:
    """List every breakage, so that neighbours are of two templates: two crates of one name are not built at once."""
    listed = [
        Breakage(id_, number, *(mutation[key] for key in ("file", "old", "new", "step")))
        for id_ in IDS
        for number, mutation in enumerate(
            tomllib.loads((manifests.folder(id_) / "mutations.toml").read_text())["mutation"]
        )
    ]
    return sorted(listed, key=lambda breakage: breakage.number)


def test_templates_with_default_answers_are_proven_in_one_run_without_a_warning(
    scaffold: Scaffold, pick: Pick[str]
) -> None:
    picked = pick(IDS, PROVEN, str)
    ids = [id_ for id_ in IDS if id_ in picked]
    words = ["--all"] if ids == IDS else [word for id_ in ids for word in ("--template", id_)]

    outcome = scaffold("validate", *words)

    assert outcome.code == 0, outcome.err
    proofs = outcome.document["proofs"]
    assert [(proof["project"], proof["verdict"]) for proof in proofs] == [(id_, "proven") for id_ in ids]
    for proof in proofs:
        build_log = Path(next(step["log"] for step in proof["steps"] if step["name"] == "build"))
        assert "warning" not in build_log.read_text(encoding="utf-8"), proof["project"]


@pytest.mark.parametrize("step", STEPS)
def test_breakages_turn_a_validation_red_at_their_step(
    prove: Prove, pick: Pick[Breakage], copy_of: Callable[..., Path], step: str
) -> None:
    """Only that step is run, and those that it needs: the project as it was is proven above, with every step."""
    picked = [each for each in pick(breakages(), BROKEN, lambda each: each.template) if each.step == step]
    if not picked:
        return

    proofs = prove([each.break_copy(copy_of) for each in picked], goal=step)

    failed = {proof.project: [each.name for each in proof.steps if each.status == "failed"] for proof in proofs}
    assert failed == {each.name: [step] for each in picked}
    with pytest.raises(BuildOrTestFailed):
        validate.refuse_failures(proofs)


def test_a_breakage_is_caught_at_a_step_that_is_tried() -> None:
    assert {each.step for each in breakages()} == set(STEPS)


def test_fresh_projects_pass_their_own_workflow(
    pick: Pick[str], copy_of: Callable[..., Path], tool_environment: dict[str, str]
) -> None:
    """The `run:` lines of the workflow's tests pass in their order, the ones that install tools left out."""
    for id_ in pick(IDS, BY_WORKFLOW, str):
        project = copy_of(id_)
        workflow = (project / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
        lines = re.findall(r"^ +run: (.+)$", workflow.partition("\n  deploy:\n")[0], re.MULTILINE)

        steps = [line for line in lines if not line.startswith(("rustup ", "cargo install "))]
        assert steps == ["npm ci", "npm run check", "npm test"], id_

        for line in steps:
            ran = subprocess.run(
                line.split(), cwd=project, env=tool_environment, capture_output=True, text=True, check=False
            )
            assert ran.returncode == 0, f"{id_}: {ran.stdout}{ran.stderr}"

        status = subprocess.run(
            ["git", "status", "--porcelain"], cwd=project, capture_output=True, text=True, check=True
        )
        assert status.stdout == "", id_


@pytest.mark.parametrize("ends", [signal.SIGINT, signal.SIGHUP, signal.SIGTERM], ids=lambda ends: ends.name)
def test_the_database_beside_the_dev_server_ends_with_its_program(
    copy_of: Callable[..., Path], tool_environment: dict[str, str], ends: signal.Signals
) -> None:
    with subprocess.Popen(
        ["node", "tests/postgres.mjs"], cwd=copy_of("postgres"), env=tool_environment, stdout=subprocess.PIPE, text=True
    ) as program:
        assert program.stdout
        found = re.search(r"127\.0\.0\.1:(\d+)", program.stdout.readline())
        assert found
        address = ("127.0.0.1", int(found[1]))
        socket.create_connection(address).close()

        program.send_signal(ends)

        assert program.wait(timeout=60) == 0
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(address)
