"""The cases behind the evidence: each is found by its rule, and nothing is found in the unbroken worker."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from scaffolder.checks import evidence, rule_registry
from scaffolder.checks.engine import examine_folder

from .truth.cases import Case, cases, make

RULES = list(rule_registry.rules().values())


@pytest.fixture(scope="module")
def worker(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the unbroken worker."""
    return make(tmp_path_factory.mktemp("truth") / "worker")


@pytest.fixture
def project(worker: Path, tmp_path: Path) -> Path:
    return shutil.copytree(worker, tmp_path / "worker")


def codes(project: Path) -> set[str]:
    return {finding.code for finding in examine_folder(project, RULES)[1]}


def test_nothing_is_found_in_the_unbroken_worker(worker: Path) -> None:
    assert codes(worker) == set()


@pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case.code}: {case.breakage}")
def test_a_measured_breakage_is_found_by_its_rule(case: Case, project: Path) -> None:
    case.prepare(project)
    before = codes(project)
    case.break_it(project)

    assert case.code not in before
    assert case.code in codes(project)


def test_the_evidence_covers_every_case_and_no_other() -> None:
    recorded = [(code, each.breakage) for code in rule_registry.rules() for each in evidence.of_rule(code)]

    assert sorted(recorded) == sorted((case.code, case.breakage) for case in cases())
