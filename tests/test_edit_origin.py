"""A removal gives back what was there before the addition, and takes out nothing that was."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from .check import BASE, CARGO, WRANGLER, write
from .conftest import Scaffold, commit_all, start_repository, tree

D1, PRODUCER, CONSUMER = ("d1", "DB"), ("queue-producer", "JOBS"), ("queue-consumer", "jobs")
PLAIN = 'worker = "0.8.7"'
WITH_BOTH = 'worker = { version = "0.8.7", features = ["d1", "queue"] }'


@pytest.fixture
def project(here: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = write(here / "project", BASE)
    monkeypatch.chdir(folder)
    return folder


def set_dependency(project: Path, line: str) -> None:
    assert PLAIN in CARGO
    (project / "Cargo.toml").write_text(CARGO.replace(PLAIN, line), encoding="utf-8")


def contents(project: Path) -> dict[str, bytes]:
    """Return the files, except for the migrations of a database, which are never removed."""
    return {path: content for path, (_, content) in tree(project).items() if not path.startswith("migrations")}


def features(project: Path) -> str:
    return next(line for line in (project / "Cargo.toml").read_text().splitlines() if line.startswith("worker ="))


@pytest.mark.parametrize("is_versioned", [False, True])
@pytest.mark.parametrize("thing", [D1, PRODUCER, CONSUMER])
@pytest.mark.parametrize(
    "line",
    [
        WITH_BOTH,
        'worker = { version = "0.8.7", features = ["queue", "d1"] }',
        'worker = { features = ["d1", "queue", "http"], version = "0.8.7" }',
    ],
)
def test_a_feature_that_was_there_stays(
    project: Path, scaffold: Scaffold, thing: tuple[str, str], line: str, *, is_versioned: bool
) -> None:
    set_dependency(project, line)
    if is_versioned:
        start_repository(project)
    before = contents(project)

    assert scaffold("add", *thing).code == 0
    outcome = scaffold("remove", *thing)

    assert (outcome.code, contents(project)) == (0, before)
    assert (
        f"still enables the feature `{'d1' if thing == D1 else 'queue'}` of `worker`, as it did before" in outcome.out
    )


@pytest.mark.parametrize("line", [PLAIN, 'worker = { version = "0.8.7", features = ["http"] }'])
@pytest.mark.parametrize(
    "order", [(D1, CONSUMER), (CONSUMER, D1), (D1, PRODUCER, CONSUMER), (CONSUMER, PRODUCER, D1), (D1, ("d1", "LOG"))]
)
def test_what_is_added_goes_in_whichever_order(
    project: Path, scaffold: Scaffold, order: tuple[tuple[str, str], ...], line: str
) -> None:
    set_dependency(project, line)
    before = contents(project)
    for thing in order:
        assert scaffold("add", *thing).code == 0

    for thing in order:
        assert scaffold("remove", *thing).code == 0

    assert contents(project) == before


def test_the_history_knows_what_another_machine_added(
    project: Path, scaffold: Scaffold, monkeypatch: pytest.MonkeyPatch
) -> None:
    start_repository(project)
    for thing in (D1, CONSUMER):
        scaffold("add", *thing)
        commit_all(project)
    monkeypatch.setenv("SCAFFOLD_CACHE", str(project.parent / "another"))

    scaffold("remove", *D1)
    assert features(project) == 'worker = { version = "0.8.7", features = ["queue"] }'
    scaffold("remove", *CONSUMER)
    assert features(project) == PLAIN


def test_the_history_knows_what_was_there_before_a_later_commit(
    project: Path, scaffold: Scaffold, monkeypatch: pytest.MonkeyPatch
) -> None:
    start_repository(project)
    set_dependency(project, 'worker = { version = "0.8.7", features = ["d1"] }')
    commit_all(project)
    scaffold("add", *D1)
    commit_all(project)
    monkeypatch.setenv("SCAFFOLD_CACHE", str(project.parent / "another"))

    scaffold("remove", *D1)

    assert features(project) == 'worker = { version = "0.8.7", features = ["d1"] }'


def test_a_project_that_began_with_everything_gives_up_each_feature(
    project: Path, scaffold: Scaffold, monkeypatch: pytest.MonkeyPatch
) -> None:
    for thing in (D1, CONSUMER):
        scaffold("add", *thing)
    start_repository(project)
    monkeypatch.setenv("SCAFFOLD_CACHE", str(project.parent / "another"))

    for thing in (D1, CONSUMER):
        assert scaffold("remove", *thing).code == 0

    assert features(project) == PLAIN


def test_a_project_that_is_made_anew_in_the_same_place_is_another_one(project: Path, scaffold: Scaffold) -> None:
    set_dependency(project, WITH_BOTH)
    scaffold("add", *CONSUMER)
    (project.parent / "old").mkdir()
    project.rename(project.parent / "old" / "project")
    write(project, BASE)
    shutil.copytree(project.parent / "old" / "project", project, dirs_exist_ok=True)

    outcome = scaffold("remove", *CONSUMER, "--project", str(project))

    assert "no longer enables the feature `queue`" in outcome.out


def test_a_feature_that_a_crate_beside_the_worker_needs_stays(project: Path, scaffold: Scaffold) -> None:
    beside = CARGO.replace('"notes"', '"store"').replace("cdylib", "lib")
    depends = CARGO.replace("[profile", '[dependencies.store]\npath = "store"\n\n[profile')
    rust = "pub fn of(database: &worker::D1Database) {}\n"
    write(project, {"Cargo.toml": depends, "store/Cargo.toml": beside, "store/src/lib.rs": rust})
    scaffold("add", *D1)

    scaffold("remove", *D1)

    assert features(project) == 'worker = { version = "0.8.7", features = ["d1"] }'


def test_the_example_of_a_secret_that_was_there_stays(project: Path, scaffold: Scaffold) -> None:
    (project / ".dev.vars.example").write_text('# Ask for it.\nAPI_KEY="..."\nOTHER=""\n', encoding="utf-8")
    before = contents(project)

    scaffold("add", "secret", "API_KEY")
    outcome = scaffold("remove", "secret", "API_KEY")

    assert "kept `API_KEY` in .dev.vars.example, where it was before" in outcome.out
    assert contents(project) == before


def test_the_history_knows_the_example_of_a_secret_too(
    project: Path, scaffold: Scaffold, monkeypatch: pytest.MonkeyPatch
) -> None:
    start_repository(project)
    (project / ".dev.vars.example").write_text('API_KEY=""\n', encoding="utf-8")
    commit_all(project)
    before = contents(project)
    scaffold("add", "secret", "API_KEY")
    commit_all(project)
    monkeypatch.setenv("SCAFFOLD_CACHE", str(project.parent / "another"))

    scaffold("remove", "secret", "API_KEY")

    assert contents(project) == before


def test_a_class_that_lived_without_a_binding_lives_on(project: Path, scaffold: Scaffold) -> None:
    scaffold("add", "durable-object", "COUNTERS=Counter")
    text = (project / "wrangler.toml").read_text()
    binding = '\n[[durable_objects.bindings]]\nname = "COUNTERS"\nclass_name = "Counter"\n'
    (project / "wrangler.toml").write_text(text.replace(binding, ""), encoding="utf-8")
    (project / "src" / "bindings.rs").unlink()
    root = (project / "src" / "lib.rs").read_text()
    (project / "src" / "lib.rs").write_text(root.replace("mod bindings;\n", ""), encoding="utf-8")
    before = contents(project)
    scaffold("add", "durable-object", "COUNTERS=Counter")

    outcome = scaffold("remove", "durable-object", "COUNTERS")

    assert "kept class `Counter`, which was there before the binding" in outcome.out
    assert contents(project) == before


@pytest.mark.parametrize("thing", [("cron", "0 5 * * *"), CONSUMER])
def test_a_handler_that_was_there_stays(project: Path, scaffold: Scaffold, thing: tuple[str, str]) -> None:
    scaffold("add", *thing)
    (project / "wrangler.toml").write_text(WRANGLER, encoding="utf-8")
    before = contents(project)
    scaffold("add", *thing)

    outcome = scaffold("remove", *thing)

    assert "handler is no longer called" in outcome.out
    assert contents(project) == before


TEST = """\
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createTestHarness } from "./stubbed-wrangler.mjs";

const server = createTestHarness({ workers: [{ configPath: "./wrangler.toml" }] });
before(() => server.listen());
after(() => server.close());
"""


def test_an_import_of_stubs_that_was_there_stays(project: Path, scaffold: Scaffold) -> None:
    write(project, {"tests/worker.test.mjs": TEST, "tests/stubbed-wrangler.mjs": "export * from 'wrangler';\n"})
    before = contents(project)

    scaffold("add", "secret", "API_KEY")
    scaffold("add", "service", "BACKEND")
    scaffold("remove", "secret", "API_KEY")
    scaffold("remove", "service", "BACKEND")

    assert contents(project) == before
