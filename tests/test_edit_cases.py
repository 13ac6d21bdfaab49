"""Cases as folders: `tests/cases/edit/KIND/NAME/` holds a project, a command, and the exact outcome.

`input/` is the project, `command` the words after `scaffold`, `expected.txt` what is said and the exit code,
`expected/` the project afterwards; without it, nothing may change. With a file `committed`, the project is in a commit
before the command; the commit's id is COMMIT in what is said. A new case needs no Python; UPDATE_CASES=1 writes
what happens now, to be read before it is committed.
"""

from __future__ import annotations

import os
import shlex
import shutil
from pathlib import Path

import pytest

from .conftest import ROOT, Scaffold, git, start_repository, tree

CASES = sorted((ROOT / "tests" / "cases" / "edit").glob("*/*"))
CHANGING = [case for case in CASES if (case / "expected").is_dir()]
ADDS = [case for case in CHANGING if (case / "command").read_text().startswith("add ")]
RENAMES = [case for case in CHANGING if (case / "command").read_text().startswith("rename ")]


@pytest.fixture
def case(request: pytest.FixtureRequest, here: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Go to a copy of a case's project."""
    folder = Path(request.param)
    shutil.copytree(folder / "input", here / "project")
    monkeypatch.chdir(here / "project")
    if (folder / "committed").exists():
        start_repository(here / "project")
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    return folder


def name(case: Path) -> str:
    return f"{case.parent.name}-{case.name}"


def words(case: Path) -> list[str]:
    return shlex.split((case / "command").read_text(encoding="utf-8"))


def contents(folder: Path) -> dict[str, bytes]:
    return {path: content for path, (_, content) in tree(folder).items()}


@pytest.mark.parametrize("case", CASES, indirect=True, ids=name)
def test_a_case_comes_out_to_the_byte(case: Path, scaffold: Scaffold) -> None:
    silent = scaffold("check").code == 0
    before = contents(Path.cwd())

    outcome = scaffold(*words(case))

    said = f"{outcome.out}{outcome.err}exit code {outcome.code}\n".replace(str(Path.cwd()), "PROJECT")
    if (case / "committed").exists():
        said = said.replace(git(Path.cwd(), "rev-parse", "HEAD")[:12], "COMMIT")
    if os.environ.get("UPDATE_CASES"):
        (case / "expected.txt").write_text(said, encoding="utf-8")
        shutil.rmtree(case / "expected", ignore_errors=True)
        if contents(Path.cwd()) != before:
            shutil.copytree(Path.cwd(), case / "expected", ignore=shutil.ignore_patterns(".git"))
    assert said == (case / "expected.txt").read_text(encoding="utf-8")
    assert contents(Path.cwd()) == (contents(case / "expected") if (case / "expected").is_dir() else before)
    assert not silent or scaffold("check").code == 0


@pytest.mark.parametrize("case", ADDS, indirect=True, ids=name)
def test_twice_is_once_and_a_removal_gives_back_the_bytes(case: Path, scaffold: Scaffold) -> None:
    before = contents(Path.cwd())
    scaffold(*words(case))
    after = contents(Path.cwd())

    again = scaffold(*words(case))
    assert (again.code, again.out.splitlines()[0], contents(Path.cwd())) == (0, "already there", after)

    kind, named, *others = words(case)[1:]
    # A Durable Object's class has a history; what was never deployed has none yet.
    others += ["--never-deployed"] if kind == "durable-object" else []
    removed = scaffold("remove", kind, named.partition("=")[0], *others)
    if "is not as it was made" in removed.err:
        # Somebody's own struct is not taken out, and would be left without a lifecycle.
        return
    assert removed.code == 0
    # The migrations of a database are never removed.
    left = {path: content for path, content in contents(Path.cwd()).items() if "migrations" not in path}
    assert left == {path: content for path, content in before.items() if "migrations" not in path}


@pytest.mark.parametrize("case", RENAMES, indirect=True, ids=name)
def test_twice_is_once_and_the_way_back_gives_back_the_bytes(case: Path, scaffold: Scaffold) -> None:
    before = contents(Path.cwd())
    scaffold(*words(case))
    after = contents(Path.cwd())

    again = scaffold(*words(case))
    assert (again.code, again.out.splitlines()[0], contents(Path.cwd())) == (0, "already there", after)

    kind, old, new, *others = words(case)[1:]
    if old in {"Room", "my-notes"}:
        # A class has a history, which grows; and a name that none may have is not given again.
        return
    assert scaffold("rename", kind, new, old, *others).code == 0
    assert contents(Path.cwd()) == before
