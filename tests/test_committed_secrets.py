"""`scaffold check` finds secrets in git: in files that it tracks, and in commits, whatever .gitignore lists now."""

from __future__ import annotations

from pathlib import Path

import pytest

from .check import BASE, WRANGLER, write
from .conftest import Scaffold, git

READING = 'use worker::*;\n\npub fn token(env: &Env) -> Result<Secret> {\n    env.secret("TOKEN")\n}\n'
WORKER = {**BASE, "wrangler.toml": f'{WRANGLER}\n[secrets]\nrequired = ["TOKEN"]\n', "src/lib.rs": READING}
IGNORING = {".gitignore": ".dev.vars*\n.env*\n!.dev.vars.example\n"}


@pytest.fixture
def project(scaffold: Scaffold, here: Path, monkeypatch: pytest.MonkeyPatch) -> Path:  # noqa: ARG001 - it comes first
    """Go to a project in a subfolder of a repository."""
    git(here, "init", "--quiet")
    folder = write(here / "workers" / "notes", {**WORKER, **IGNORING})
    monkeypatch.chdir(folder)
    commit(folder)
    return folder


def commit(folder: Path) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "--message=x")


@pytest.mark.parametrize("file", [".dev.vars", ".dev.vars.staging", ".env", ".env.local"])
def test_a_file_that_was_added_by_force_is_found(scaffold: Scaffold, project: Path, file: str) -> None:
    write(project, {file: "# Mine.\nexport TOKEN = 'f00d'\n"})
    assert scaffold("check").code == 0

    git(project, "add", "--force", file)

    outcome = scaffold("check")
    assert outcome.code == 1
    assert (
        f"wrangler.toml:1:1 PJ304 git tracks {file}, which has a value for `TOKEN` [mishandled-secret]" in outcome.out
    )
    assert f"git rm --cached {file}" in outcome.out
    assert "f00d" not in outcome.out + outcome.err


def test_a_file_that_is_tracked_no_longer_stays_in_the_history(scaffold: Scaffold, project: Path) -> None:
    write(project, {".dev.vars": "TOKEN=f00d\n"})
    git(project, "add", "--force", ".dev.vars")
    commit(project)
    name = git(project, "rev-parse", "HEAD")[:12]
    git(project, "rm", "--quiet", ".dev.vars")
    commit(project)

    assert f"PJ304 commit {name} has .dev.vars with a value for `TOKEN`" in scaffold("check").out


def test_a_branch_that_is_not_checked_out_counts_too(scaffold: Scaffold, project: Path) -> None:
    git(project, "checkout", "--quiet", "-b", "other")
    write(project, {".dev.vars": "PASSWORD=f00d\n"})
    git(project, "add", "--force", ".dev.vars")
    commit(project)
    git(project, "checkout", "--quiet", "-")

    assert "has .dev.vars with a value for `PASSWORD`" in scaffold("check").out


@pytest.mark.parametrize(
    ("file", "text"),
    [
        (".dev.vars", 'TOKEN=""\n#TOKEN=f00d\nTOKEN = <yours>\n'),
        (".dev.vars", "TOKEN=change-me\n"),
        (".dev.vars.example", "TOKEN=f00d\n"),
        (".env", "EDITOR=vi\n"),
        ("deep/.dev.vars", "TOKEN=f00d\n"),
    ],
)
def test_what_holds_no_secret_of_the_worker_may_be_committed(
    scaffold: Scaffold, project: Path, file: str, text: str
) -> None:
    write(project, {file: text})
    git(project, "add", "--force", file)
    commit(project)

    assert scaffold("check").code == 0


def test_a_program_that_the_repository_names_is_not_run(scaffold: Scaffold, here: Path, project: Path) -> None:
    hook = write(here, {"hook.sh": f"#!/bin/sh\ntouch {here}/was-run\n"}) / "hook.sh"
    hook.chmod(0o755)
    for setting in ("core.fsmonitor", "diff.external", "core.pager"):
        git(project, "config", setting, str(hook))
    write(project, {".dev.vars": "TOKEN=f00d\n"})
    git(project, "-c", "core.fsmonitor=false", "add", "--force", ".dev.vars")

    assert scaffold("check").code == 1
    assert not (here / "was-run").exists()
