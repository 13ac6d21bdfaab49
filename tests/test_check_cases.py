"""The cases of `scaffold check`: `tests/cases/check/CODE.md` (casebook.py gives their form).

The first command is `scaffold check --select CODE`; the second, if the rule's fix is to be seen, is the same with
`--fix`. A new case is a heading, files and these commands; UPDATE_CASES=1 writes what happens now, to be read before
it is committed.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from . import casebook
from .casebook import Case
from .casetext import changes
from .conftest import Scaffold, contents, printed

CASES = casebook.read_all("check")
FIXED = [case for case in CASES if len(case.steps) > 1]


def name(case: Case) -> str:
    return case.id


@pytest.mark.parametrize("case", CASES, indirect=True, ids=name)
def test_a_case_prints_exactly_its_record(case: Case, scaffold: Scaffold) -> None:
    code = case.document.stem
    step = case.steps[0]
    assert step.words == ["check", "--select", code]

    outcome = scaffold(*step.words)

    text, made = printed(outcome, case), changes(case.files, contents(Path.cwd()))
    if os.environ.get("UPDATE_CASES"):
        step = casebook.record(case, 0, text, made)
    assert text == step.printed
    assert made == step.changes == []
    assert outcome.err == ""
    assert outcome.code == (1 if code in outcome.out else 0)


@pytest.mark.parametrize("case", FIXED, indirect=True, ids=name)
def test_a_case_is_fixed_to_the_byte(case: Case, scaffold: Scaffold) -> None:
    _, step = case.steps
    assert step.words == ["check", "--select", case.document.stem, "--fix"]

    text = printed(scaffold(*step.words), case)

    made = changes(case.files, contents(Path.cwd()))
    if os.environ.get("UPDATE_CASES"):
        step = casebook.record(case, 1, text, made)
    assert text == step.printed
    assert made == step.changes
