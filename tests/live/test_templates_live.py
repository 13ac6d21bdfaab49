"""Every template is built, served, asked and tested for real, and broken on purpose."""

from __future__ import annotations

import re
import subprocess
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scaffolder.catalogue import manifests

from .conftest import Scaffold

IDS = manifests.template_ids()

USUAL = 3
"""Breakages of each template that are tried by `python3 tests`; the others are marked as long."""


def mutations() -> list[Any]:
    """List every breakage of every template."""
    return [
        pytest.param(
            id_,
            f"{id_}-{number}",
            mutation,
            id=f"{id_}: {mutation['name']}",
            marks=pytest.mark.long if number >= USUAL else (),
        )
        for id_ in IDS
        for number, mutation in enumerate(
            tomllib.loads((manifests.folder(id_) / "mutations.toml").read_text())["mutation"]
        )
    ]


def test_every_template_with_default_answers_is_proven_in_one_run_without_a_warning(scaffold: Scaffold) -> None:
    outcome = scaffold("validate", "--all")

    assert outcome.code == 0, outcome.err
    proofs = outcome.document["proofs"]
    assert [(proof["project"], proof["verdict"]) for proof in proofs] == [(id_, "proven") for id_ in IDS]
    for proof in proofs:
        build_log = Path(next(step["log"] for step in proof["steps"] if step["name"] == "build"))
        assert "warning" not in build_log.read_text(encoding="utf-8"), proof["project"]


@pytest.mark.parametrize(("id_", "name", "mutation"), mutations())
def test_a_breakage_turns_validate_red_at_its_step(
    scaffold: Scaffold, make: Callable[..., Path], id_: str, name: str, mutation: dict[str, str]
) -> None:
    project = make(id_, name)
    broken = project / mutation["file"]
    content = broken.read_text(encoding="utf-8")
    assert content.count(mutation["old"]) == 1
    broken.write_text(content.replace(mutation["old"], mutation["new"]), encoding="utf-8")

    outcome = scaffold("validate", project)

    assert outcome.code == 1
    (proof,) = outcome.document["proofs"]
    assert [step["name"] for step in proof["steps"] if step["status"] == "failed"] == [mutation["step"]]


@pytest.mark.parametrize("id_", IDS)
def test_a_fresh_project_passes_its_own_workflow(
    make: Callable[..., Path], tool_environment: dict[str, str], id_: str
) -> None:
    """The workflow's `run:` lines pass in their order, the ones that install tools left out."""
    project = make(id_, id_)
    workflow = (project / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
    lines = re.findall(r"^ +run: (.+)$", workflow, re.MULTILINE)
    assert [line for line in lines if _installs(line)] == lines[:2]

    for line in lines[2:]:
        ran = subprocess.run(
            line.split(), cwd=project, env=tool_environment, capture_output=True, text=True, check=False
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr

    status = subprocess.run(["git", "status", "--porcelain"], cwd=project, capture_output=True, text=True, check=True)
    assert status.stdout == ""


def _installs(line: str) -> bool:
    return line.startswith(("rustup ", "cargo install "))
