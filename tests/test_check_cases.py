"""Cases as folders: `tests/cases/check/CODE/NAME/` holds a project, and the exact text that `scaffold check` answers.

`input/` is the project, `expected.txt` the output of `scaffold check --select CODE`, `fixed/` the project after
`--fix`. A new case needs no Python; UPDATE_CASES=1 writes what is said now, to be read before it is committed.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from .conftest import ROOT, Scaffold, tree

CASES = sorted((ROOT / "tests" / "cases" / "check").glob("*/*"))


@pytest.fixture
def case(request: pytest.FixtureRequest, here: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Go to a copy of a case's project."""
    folder = Path(request.param)
    shutil.copytree(folder / "input", here / "project")
    monkeypatch.chdir(here / "project")
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    return folder


def name(case: Path) -> str:
    return f"{case.parent.name}-{case.name}"


@pytest.mark.parametrize("case", CASES, indirect=True, ids=name)
def test_a_case_is_answered_to_the_letter(case: Path, scaffold: Scaffold) -> None:
    outcome = scaffold("check", "--select", case.parent.name)

    if os.environ.get("UPDATE_CASES"):
        (case / "expected.txt").write_text(outcome.out, encoding="utf-8")
    assert outcome.out == (case / "expected.txt").read_text(encoding="utf-8")
    assert outcome.err == ""
    assert outcome.code == (1 if case.parent.name in outcome.out else 0)


@pytest.mark.parametrize("case", [case for case in CASES if (case / "fixed").is_dir()], indirect=True, ids=name)
def test_a_case_is_mended_to_the_byte(case: Path, scaffold: Scaffold) -> None:
    scaffold("check", "--select", case.parent.name, "--fix")

    if os.environ.get("UPDATE_CASES"):
        shutil.rmtree(case / "fixed")
        shutil.copytree(Path.cwd(), case / "fixed")
    assert contents(Path.cwd()) == contents(case / "fixed")


def contents(folder: Path) -> dict[str, bytes]:
    return {path: content for path, (_, content) in tree(folder).items()}
