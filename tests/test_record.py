"""The record of additions, `.scaffold.toml`: every edit of a template's project keeps it true."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from .conftest import Scaffold, tree

RECORD = ".scaffold.toml"


def make(scaffold: Scaffold, template: str, *words: str) -> Path:
    made = scaffold("new", "project", "--template", template, "--defaults", "--no-git", "--no-validate", *words)
    assert made.code == 0, made.err
    return Path("project").resolve()


def additions(project: Path) -> list[dict[str, Any]]:
    text = (project / RECORD).read_text(encoding="utf-8")
    return list(tomllib.loads(text)["addition"])


def edit(scaffold: Scaffold, project: Path, *words: str) -> None:
    done = scaffold(*words, "--project", str(project))
    assert done.code == 0, done.err


def test_a_new_project_lists_its_additions_in_their_order_and_with_their_names(scaffold: Scaffold) -> None:
    project = make(scaffold, "hello", "--with", "kv,cron:*/5 * * * *", "--with", 'var:GREETING=hi "you" \\o/')

    assert additions(project) == [
        {"kind": "kv", "name": "CACHE"},
        {"kind": "cron", "name": "*/5 * * * *"},
        {"kind": "var", "name": "GREETING", "value": 'hi "you" \\o/'},
    ]


def test_a_project_without_additions_has_no_record(scaffold: Scaffold) -> None:
    assert not (make(scaffold, "hello") / RECORD).exists()


def test_adding_and_removing_gives_back_the_bytes(scaffold: Scaffold) -> None:
    project = make(scaffold, "hello")
    before = tree(project)

    edit(scaffold, project, "add", "kv", "CACHE")
    edit(scaffold, project, "add", "r2", "FILES")
    edit(scaffold, project, "remove", "kv", "CACHE")
    assert additions(project) == [{"kind": "r2", "name": "FILES"}]

    edit(scaffold, project, "remove", "r2", "FILES")
    assert tree(project) == before


def test_a_renaming_changes_the_name_or_the_class(scaffold: Scaffold) -> None:
    project = make(scaffold, "hello", "--with", "kv,durable-object:ROOMS")

    edit(scaffold, project, "rename", "kv", "CACHE", "STORE")
    edit(scaffold, project, "rename", "durable-object", "Rooms", "Lobby")

    assert additions(project) == [
        {"kind": "kv", "name": "STORE"},
        {"kind": "durable-object", "name": "ROOMS", "value": "Lobby"},
    ]


def test_environments_are_listed_renamed_and_forgotten(scaffold: Scaffold) -> None:
    project = make(scaffold, "hello", "--with", "environment:staging,environment:live")
    edit(scaffold, project, "add", "kv", "CACHE", "--env", "all")
    edit(scaffold, project, "add", "var", "MODE=test", "--env", "staging")
    edit(scaffold, project, "remove", "kv", "CACHE", "--env", "")
    edit(scaffold, project, "rename", "environment", "staging", "preview")
    assert additions(project)[2:] == [
        {"kind": "kv", "name": "CACHE", "environment": ["preview", "live"]},
        {"kind": "var", "name": "MODE", "value": "test", "environment": "preview"},
    ]

    edit(scaffold, project, "remove", "environment", "preview")
    assert additions(project) == [
        {"kind": "environment", "name": "live"},
        {"kind": "kv", "name": "CACHE", "environment": "live"},
    ]


def test_a_renaming_in_one_environment_splits_the_addition(scaffold: Scaffold) -> None:
    project = make(scaffold, "hello", "--with", "environment:staging,kv:CACHE")

    edit(scaffold, project, "rename", "kv", "CACHE", "STORE", "--env", "staging")

    assert additions(project)[1:] == [
        {"kind": "kv", "name": "CACHE"},
        {"kind": "kv", "name": "STORE", "environment": "staging"},
    ]


def test_a_worker_in_a_subfolder_is_named(scaffold: Scaffold, monkeypatch: pytest.MonkeyPatch) -> None:
    project = make(scaffold, "rpc")
    worker = next(path.parent for path in sorted(project.glob("*/wrangler.toml")))
    monkeypatch.chdir(worker)

    assert scaffold("add", "kv", "CACHE").code == 0

    assert additions(project) == [{"kind": "kv", "name": "CACHE", "worker": worker.name}]
    assert not (worker / RECORD).exists()


def test_a_worker_with_jsonc_has_the_same_record(scaffold: Scaffold) -> None:
    project = make(scaffold, "hello")
    (project / "wrangler.toml").unlink()
    config = (
        '{\n  "name": "project", // a comment\n  "main": "build/index.js",\n  "compatibility_date": "2026-11-17",\n'
    )
    (project / "wrangler.jsonc").write_text(f'{config}  "build": {{ "command": "worker-build --release" }}\n}}\n')

    edit(scaffold, project, "add", "kv", "CACHE")

    assert additions(project) == [{"kind": "kv", "name": "CACHE"}]


def test_the_value_of_a_secret_is_never_in_it(scaffold: Scaffold) -> None:
    project = make(scaffold, "hello", "--with", "secret:API_KEY")
    (project / ".dev.vars").write_text("API_KEY=sesame\n", encoding="utf-8")

    edit(scaffold, project, "rename", "secret", "API_KEY", "TOKEN")

    assert additions(project) == [{"kind": "secret", "name": "TOKEN"}]
    assert "sesame" not in (project / RECORD).read_text(encoding="utf-8")


def test_a_dry_run_shows_the_record_and_writes_nothing(scaffold: Scaffold) -> None:
    project = make(scaffold, "hello")
    before = tree(project)

    shown = scaffold("add", "kv", "CACHE", "--dry-run", "--project", str(project))

    assert f"+++ b/{RECORD}" in shown.out
    assert tree(project) == before


def test_a_record_with_a_conflict_is_named_before_anything_is_written(scaffold: Scaffold) -> None:
    project = make(scaffold, "hello", "--with", "kv")
    record = project / RECORD
    record.write_text("<<<<<<< ours\n" + record.read_text(encoding="utf-8") + "=======\n>>>>>>> theirs\n")
    before = tree(project)

    refused = scaffold("add", "r2", "FILES", "--project", str(project))

    assert (refused.code, RECORD in refused.err) == (2, True)
    assert tree(project) == before


def test_a_worker_that_no_template_made_gets_no_record(scaffold: Scaffold) -> None:
    project = make(scaffold, "hello")
    (project / ".copier-answers.yml").unlink()

    edit(scaffold, project, "add", "kv", "CACHE")

    assert not (project / RECORD).exists()
