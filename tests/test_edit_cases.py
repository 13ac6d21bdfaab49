"""The cases of `scaffold add`, `remove` and `rename`: `tests/cases/edit/KIND.md` (casebook.py gives their form).

The text is all that is printed, with PROJECT for the project's path and COMMIT for the commit that it is in. Without a
diff, nothing may change. A new case is a heading and a command; UPDATE_CASES=1 writes what happens now, to be read
before it is committed.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from . import casebook
from .casebook import Case
from .casetext import changes
from .conftest import Scaffold, contents, printed

CASES = casebook.read_all("edit")
CHANGING = [case for case in CASES if case.steps[0].changes]
ADDS = [case for case in CHANGING if case.steps[0].words[0] == "add"]
RENAMES = [case for case in CHANGING if case.steps[0].words[0] == "rename"]


def name(case: Case) -> str:
    return case.id


@pytest.mark.parametrize("case", CASES, indirect=True, ids=name)
def test_a_case_comes_out_to_the_byte(case: Case, scaffold: Scaffold) -> None:
    (step,) = case.steps
    silent = scaffold("check").code == 0
    before = contents(Path.cwd())

    text = printed(scaffold(*step.words), case)

    made = changes(before, contents(Path.cwd()))
    if os.environ.get("UPDATE_CASES"):
        step = casebook.record(case, 0, text, made)
    assert text == step.printed
    assert made == step.changes
    assert not silent or scaffold("check").code == 0


@pytest.mark.parametrize("case", ADDS, indirect=True, ids=name)
def test_twice_is_once_and_a_removal_gives_back_the_bytes(case: Case, scaffold: Scaffold) -> None:
    words = case.steps[0].words
    before = contents(Path.cwd())
    scaffold(*words)
    after = contents(Path.cwd())

    again = scaffold(*words)
    assert (again.code, again.out.splitlines()[0], contents(Path.cwd())) == (0, "already present", after)

    kind, *others = words[1:]
    named = others.pop(0) if others and not others[0].startswith("--") else ""
    # A Durable Object's class has a history; what was never deployed has none yet.
    others += ["--never-deployed"] if kind in {"container", "durable-object"} else []
    removed = scaffold("remove", kind, named.partition("=")[0], *others)
    if "differs from the generated one" in removed.err:
        # Somebody's own struct is not taken out, and would be left without a lifecycle.
        return
    assert removed.code == 0
    # The migrations of a database are never removed.
    left = {path: content for path, content in contents(Path.cwd()).items() if "migrations" not in path}
    assert left == {path: content for path, content in before.items() if "migrations" not in path}


@pytest.mark.parametrize("case", RENAMES, indirect=True, ids=name)
def test_twice_is_once_and_the_way_back_gives_back_the_bytes(case: Case, scaffold: Scaffold) -> None:
    words = case.steps[0].words
    before = contents(Path.cwd())
    scaffold(*words)
    after = contents(Path.cwd())

    again = scaffold(*words)
    assert (again.code, again.out.splitlines()[0], contents(Path.cwd())) == (0, "already renamed", after)

    kind, old, new, *others = words[1:]
    if old in {"Room", "my-notes"}:
        # A class has a history, which grows; and a name that none may have is not given again.
        return
    assert scaffold("rename", kind, new, old, *others).code == 0
    assert contents(Path.cwd()) == before
