"""`scaffold new` into a folder that exists: it is filled and not replaced, wholly or not at all."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from scaffolder.catalogue import manifests
from scaffolder.commands import validate
from scaffolder.commands.new import staging
from scaffolder.system import file_lock
from scaffolder.toolchain import provision

from .conftest import IDENTITY, ROOT, Scaffold, commit_all, git, tree

HELLO = ("--template", "hello", "--defaults")
FILES = set(manifests.project_files("hello"))


@pytest.fixture
def empty(here: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make an empty folder, and go there."""
    folder = here / "guest-book"
    folder.mkdir()
    folder.chmod(0o750)
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def cloned(empty: Path) -> Path:
    """Make it a clone as a forge offers it, with one commit."""
    for name in ("README.md", "LICENSE", ".gitignore"):
        (empty / name).write_text(f"# {name}, mine\n", encoding="utf-8")
    git(empty, "init", "--quiet")
    commit_all(empty)
    return empty


@pytest.mark.parametrize("named", [".", "{folder}", "../guest-book/"])
def test_an_empty_folder_stays_the_same_folder(scaffold: Scaffold, empty: Path, named: str) -> None:
    before = empty.stat()

    outcome = scaffold("new", named.format(folder=empty), *HELLO)

    assert outcome.code == 0, outcome.err
    after = empty.stat()
    assert (after.st_ino, after.st_mode, after.st_uid) == (before.st_ino, before.st_mode, before.st_uid)
    assert Path("wrangler.toml").is_file()
    assert set(git(empty, "ls-files").split()) == FILES
    assert git(empty, "status", "--porcelain", "--ignored") == ""


def test_a_folder_behind_a_link_is_filled(scaffold: Scaffold, here: Path) -> None:
    (here / "real").mkdir()
    (here / "link").symlink_to("real")

    assert scaffold("new", "link", *HELLO, "--no-git").code == 0

    assert (here / "link").is_symlink()
    assert (here / "real" / "wrangler.toml").is_file()


def test_a_fresh_clone_keeps_its_files_and_commits_the_new_ones_alone(scaffold: Scaffold, cloned: Path) -> None:
    (cloned / "LICENSE").write_text("changed\n", encoding="utf-8")
    git(cloned, "add", "LICENSE")

    outcome = scaffold("new", ".", *HELLO)

    assert outcome.code == 0, outcome.err
    for name in ("README.md", "LICENSE", ".gitignore"):
        assert f"{name} stays as it is" in outcome.out
    assert ".gitignore stays as it is; add these lines to it: " in outcome.out
    assert (cloned / "README.md").read_text(encoding="utf-8") == "# README.md, mine\n"
    assert set(git(cloned, "show", "--format=", "--name-only").split()) == FILES - {"README.md", ".gitignore"}
    assert git(cloned, "status", "--porcelain") == "M  LICENSE\n"


def test_a_clone_without_a_commit_is_filled_too(scaffold: Scaffold, empty: Path) -> None:
    git(empty, "init", "--quiet")

    assert scaffold("new", ".", *HELLO).code == 0

    assert set(git(empty, "show", "--format=", "--name-only").split()) == FILES


@pytest.mark.parametrize("name", ["wrangler.toml", "src", "README", ".env"])
def test_a_folder_with_anything_else_is_refused(scaffold: Scaffold, empty: Path, name: str) -> None:
    if name != "README":
        git(empty, "init", "--quiet")
    (empty / name).touch()
    before = tree(empty)

    outcome = scaffold("new", ".", *HELLO)

    assert outcome.code == 2
    assert name in outcome.err
    assert tree(empty) == before


@pytest.mark.promise("no-byte-lost", "whole-or-nothing", kind="full disk")
@pytest.mark.parametrize("folder", ["empty", "cloned"])
@pytest.mark.parametrize("number", [1, 2, 5])
def test_a_failure_while_it_is_filled_is_undone(
    scaffold: Scaffold, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, folder: str, number: int
) -> None:
    place: Path = request.getfixturevalue(folder)
    before, rename, calls = tree(place), Path.rename, iter(range(100))

    def failing(path: Path, target: Path) -> Path:
        if next(calls) == number:
            raise OSError(28, "No space left on device")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", failing)
    outcome = scaffold("new", ".", *HELLO, "--no-git")

    assert outcome.code == 6
    assert "No space left" in outcome.err
    assert tree(place) == before


@pytest.mark.promise("no-byte-lost", "exit-code", kind="crowd")
def test_a_folder_that_another_run_is_filling_is_refused_and_the_lock_goes_with_that_run(
    scaffold: Scaffold, empty: Path
) -> None:
    with file_lock.held(empty / staging.LOCK):
        before = tree(empty)
        outcome = scaffold("new", ".", *HELLO)
        assert tree(empty) == before

    assert outcome.code == 6
    assert "another run is making a project here" in outcome.err
    assert scaffold("new", ".", *HELLO).code == 0
    assert not (empty / staging.LOCK).exists()


KILLED = """
import os, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from scaffolder.cli import main
rename, calls = Path.rename, iter(range(100))
Path.rename = lambda path, target: os._exit(9) if next(calls) == int(sys.argv[2]) else rename(path, target)
main.main(["new", ".", "--template", "hello", "--defaults", "--no-git"])
"""


@pytest.mark.promise("whole-or-nothing", kind="kill point")
@pytest.mark.parametrize("number", [0, 1, 4, 9])
def test_a_run_that_is_killed_while_it_fills_is_finished_or_swept_by_the_next(
    scaffold: Scaffold, empty: Path, number: int
) -> None:
    ran = subprocess.run([sys.executable, "-c", KILLED, str(ROOT), str(number)], cwd=empty, check=False)
    assert ran.returncode == 9

    outcome = scaffold("new", ".", *HELLO, "--no-git")

    if number == 0:
        assert outcome.code == 0
    else:
        assert outcome.code == 2
        assert "its project is now complete" in outcome.err
    assert {path for path in tree(empty) if (empty / path).is_file()} == FILES


def has_ended(process: str) -> bool:
    """Return whether a process is gone, or only waits for its parent, which may never ask."""
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(") ")[2].startswith("Z")
    except FileNotFoundError:
        return True


HOOK = """#!/bin/sh
echo $$ > {pid}
read -r _ _ _ parent _ < /proc/$PPID/stat
kill -{signal} "$parent"
exec sleep 600
"""


@pytest.mark.promise("whole-or-nothing", "no-orphan", kind="signal")
@pytest.mark.parametrize("signal", ["INT", "TERM"])
@pytest.mark.parametrize("exists", [False, True], ids=["new folder", "existing folder"])
def test_a_run_that_is_stopped_during_the_commit_leaves_nothing(
    scaffold: Scaffold, here: Path, tmp_path: Path, signal: str, *, exists: bool
) -> None:
    hook = tmp_path / "hooks" / "pre-commit"
    hook.parent.mkdir()
    hook.write_text(HOOK.format(pid=tmp_path / "pid", signal=signal), encoding="utf-8")
    hook.chmod(0o755)
    settings = Path(os.environ["GIT_CONFIG_GLOBAL"])
    settings.write_text(f"{IDENTITY}[core]\nhooksPath = {hook.parent}\n", encoding="utf-8")
    if exists:
        (here / "made").mkdir()
    before = tree(here)

    outcome = scaffold("new", "made", *HELLO)

    assert outcome.code == 130
    assert tree(here) == before
    assert has_ended((tmp_path / "pid").read_text(encoding="utf-8").strip())


@pytest.mark.promise("true-words", kind="signal")
@pytest.mark.parametrize("folder", ["guest-book", "my folder"])
def test_ctrl_c_during_the_validation_says_what_exists_and_how_to_prove_it(
    scaffold: Scaffold, here: Path, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(provision, "get_tools", lambda *_, **__: None)
    monkeypatch.setattr(validate, "validate", stopped)

    outcome = scaffold("new", folder, *HELLO, "--validate")

    assert outcome.code == 130
    assert "stopped after the project was made" in outcome.err
    assert "it is not proven" in outcome.err
    quoted = folder if " " not in folder else f"'{folder}'"
    assert f"to prove it: cd {quoted} && scaffold validate" in outcome.err
    assert "run the same command again" not in outcome.err
    assert set(git(here / folder, "ls-files").split()) == FILES
