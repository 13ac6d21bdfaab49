"""Updates of projects with generated histories: nothing of the owner's is lost, and every update can be undone."""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from scaffolder.catalogue import manifests

from . import histories, two_versions
from .conftest import Scaffold, commit_all, git, start_repository, tree
from .histories import History, Run

SHARE, ALL, PART = 6, 1000, 20
"""The histories of a usual run, those of a long one, and how many of them a test has."""


@pytest.fixture(scope="session")
def catalogues(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return the two versions of the catalogue, as in two wheels."""
    place = tmp_path_factory.mktemp("versions")
    two_versions.make_old(place / "old")
    two_versions.make_new(place / "new", place / "old")
    return place / "old", place / "new"


@pytest.fixture
def programs(scaffold: Scaffold, catalogues: tuple[Path, Path]) -> Iterator[tuple[Run, Run]]:
    """Return functions that run the earlier and the later program."""

    def program(catalogue: Path) -> Run:
        def run(*words: str) -> int:
            two_versions.use(catalogue)
            outcome = scaffold(*words)
            # A test that fails shows what the last command printed.
            sys.stdout.write(f"{outcome.out}{outcome.err}")
            return outcome.code

        return run

    yield program(catalogues[0]), program(catalogues[1])
    manifests.pins.cache_clear()


@pytest.mark.parametrize(
    "start",
    [0, *(pytest.param(number, marks=pytest.mark.long) for number in range(SHARE, ALL, PART))],
    ids=lambda start: f"from {start}",
)
def test_an_update_loses_nothing_edits_no_migration_and_is_undone(
    start: int, programs: tuple[Run, Run], here: Path
) -> None:
    older, newer = programs
    for seed in range(start, SHARE if start == 0 else min(start + PART, ALL)):
        history = histories.make(seed, here / f"project-{seed}", older)
        _update(history, newer)


@pytest.mark.parametrize(
    ("template", "additions"),
    [
        ("hello", "kv,cron,d1"),
        ("r2", "kv,d1:DB,queue-producer,r2:MORE,var:MODE=test,secret"),
        ("chatroom", "durable-object,kv,cron,d1,queue-consumer,environment"),
    ],
)
def test_a_project_that_nobody_edited_by_hand_has_no_conflict(
    template: str, additions: str, programs: tuple[Run, Run], here: Path
) -> None:
    older, newer = programs
    project = here / "project"
    words = ("--template", template, "--with", additions, "--defaults", "--no-git", "--no-validate")
    assert older("new", str(project), *words) == 0
    start_repository(project)
    before = tomllib.loads((project / "wrangler.toml").read_text(encoding="utf-8"))

    assert newer("update", str(project)) == 0

    after = tomllib.loads((project / "wrangler.toml").read_text(encoding="utf-8"))
    steps = before.get("migrations", [])
    assert after.get("migrations", [])[: len(steps)] == steps
    assert newer("check", str(project)) == 0


def test_a_migration_of_the_owner_and_one_of_the_catalogue_with_its_tag_are_two(
    programs: tuple[Run, Run], here: Path
) -> None:
    older, newer = programs
    project = here / "project"
    older("new", str(project), "--template", "chatroom", "--defaults", "--no-git", "--no-validate")
    config = project / "wrangler.toml"
    renamed = '\n[[migrations]]\ntag = "v2"\nrenamed_classes = [{ from = "Chatroom", to = "Room" }]\n'
    text = config.read_text(encoding="utf-8").replace('class_name = "Chatroom"', 'class_name = "Room"')
    config.write_text(text + renamed, encoding="utf-8")
    source = project / "src" / "chatroom_do.rs"
    source.write_text(re.sub(r"\bChatroom\b", "Room", source.read_text(encoding="utf-8")), encoding="utf-8")
    start_repository(project)

    assert newer("update", str(project)) == 0

    after = tomllib.loads(config.read_text(encoding="utf-8"))["migrations"]
    assert [each["tag"] for each in after] == ["v1", "v2", "v3"]
    assert after[1:] == [
        {"tag": "v2", "renamed_classes": [{"from": "Chatroom", "to": "Room"}]},
        {"tag": "v3", "new_sqlite_classes": ["Archive"]},
    ]


@pytest.mark.parametrize(
    ("edit", "wanted"), [("another version of the worker crate", 5), ("a migration", 0), ("the README elsewhere", 0)]
)
def test_an_edit_of_what_the_template_changes_ends_as_it_has_to(
    edit: str, wanted: int, programs: tuple[Run, Run], here: Path
) -> None:
    older, newer = programs
    history = histories.make(49, here / "project", older, edit)

    code = _update(history, newer)

    assert "--template d1" in history.commands[0]
    assert code == wanted


def _update(history: History, run: Run) -> int:
    folder, story = history.folder, "\n".join([f"seed {history.seed}", *history.commands, *history.edits])
    before, status, applied = tree(folder), git(folder, "status", "--porcelain"), history.applied()
    assert [*history.lost()] == [], story

    code = run("update", str(folder))

    unmerged = git(folder, "diff", "--name-only", "--diff-filter=U").split()
    assert code == (5 if unmerged or history.in_conflict() else 0), story
    assert [*history.lost()] == [], story
    assert history.edited_migrations(applied) == [], story
    is_committed = code == 0 and history.seed % 2 == 1
    if is_committed:
        commit_all(folder)
    assert run("update", "--undo", str(folder)) == 0, story
    assert tree(folder) == before, story
    if not is_committed:
        assert git(folder, "status", "--porcelain") == status, story
    return code
