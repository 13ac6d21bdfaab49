"""Commands that work on a project find the one around the current folder, and name it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from .conftest import Scaffold, git, tree
from .fakes import stage as stages
from .terminal import LIMIT, SCAFFOLD


@pytest.fixture
def inside(scaffold: Scaffold, here: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a project, and go to a folder deep in it."""
    assert scaffold("new", "made", "--template", "hello", "--defaults", "--no-git").code == 0
    (here / "made" / "src" / "deep").mkdir()
    monkeypatch.chdir(here / "made" / "src" / "deep")
    return here / "made"


@pytest.mark.parametrize("words", [["check"], ["add", "kv", "CACHE"], ["check", "."]], ids=" ".join)
def test_the_project_around_is_meant_and_named(scaffold: Scaffold, inside: Path, words: list[str]) -> None:
    outcome = scaffold(*words)

    assert outcome.code == 0, outcome.err
    assert f"project: {inside}\n" in outcome.err


def test_an_edit_from_a_subfolder_is_undone_and_renamed_from_there(scaffold: Scaffold, inside: Path) -> None:
    before = tree(inside)

    for words in (["add", "kv", "CACHE"], ["rename", "kv", "CACHE", "STORE"], ["remove", "kv", "STORE"]):
        outcome = scaffold(*words)
        assert outcome.code == 0, outcome.err
        assert f"project: {inside}\n" in outcome.err

    assert tree(inside) == before


def test_in_the_projects_own_folder_nothing_is_said(
    scaffold: Scaffold, inside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(inside)

    assert "project:" not in scaffold("check").err


def test_a_named_folder_is_taken_as_it_is(scaffold: Scaffold, inside: Path) -> None:
    assert scaffold("check", str(inside / "src")).code == 2


def test_the_search_ends_at_the_root_of_a_repository(scaffold: Scaffold, inside: Path) -> None:
    git(inside / "src", "init", "--quiet")

    outcome = scaffold("check")

    assert outcome.code == 2
    assert "this is not a Rust Worker" in outcome.err


def test_in_a_workspace_the_worker_around_is_meant(
    scaffold: Scaffold, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert scaffold("new", "made", "--template", "rpc", "--defaults", "--no-git").code == 0
    worker = next(path.parent for path in sorted((here / "made").glob("*/wrangler.toml")))
    monkeypatch.chdir(worker / "src")

    outcome = scaffold("add", "kv", "CACHE")

    assert outcome.code == 0, outcome.err
    assert f"project: {worker}\n" in outcome.err
    assert "CACHE" in (worker / "wrangler.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize("command", ["validate", "dev"])
def test_the_project_around_is_validated_and_served(
    scaffold: Scaffold,  # noqa: ARG001 - it isolates the run
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    command: str,
) -> None:
    stage = stages.set_up(tmp_path / "stage", monkeypatch)
    project = stage.project(dev="echo wrangler") if command == "dev" else stage.project()
    (project / "src").mkdir(exist_ok=True)

    ran = subprocess.run(
        [*SCAFFOLD, command],
        cwd=project / "src",
        env=os.environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=LIMIT,
    )

    assert ran.returncode == 0, ran.stderr
    assert f"project: {project}\n" in ran.stderr
