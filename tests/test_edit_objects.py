"""Durable Objects at the command line: what is in the history of a repository, and a life from its start to its end."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest

from .check import BASE, CARGO, WRANGLER, write
from .conftest import Scaffold, commit_all, git, start_repository, tree

REMOVE = ("remove", "durable-object", "COUNTERS")


@pytest.fixture
def project(here: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = write(here / "project", BASE)
    start_repository(folder)
    monkeypatch.chdir(folder)
    return folder


def test_after_each_step_of_a_life_a_check_is_silent(project: Path, scaffold: Scaffold) -> None:
    steps = [
        ("add", "durable-object", "COUNTERS=Counter"),
        ("rename", "durable-object", "COUNTERS", "TALLIES"),
        ("rename", "durable-object", "Counter", "Tally"),
        ("remove", "durable-object", "TALLIES"),
    ]
    for step in steps:
        assert scaffold(*step).code == 0
        assert scaffold("check").out == "no findings\n"

    tags = [line for line in (project / "wrangler.toml").read_text().splitlines() if line.startswith("tag")]
    assert tags == ['tag = "v1"', 'tag = "v2"', 'tag = "v3"']
    assert tree(project).keys() == tree(write(project.parent / "like", BASE)).keys()


def test_what_is_in_no_commit_is_taken_back_to_the_byte(project: Path, scaffold: Scaffold) -> None:
    before = tree(project)
    scaffold("add", "durable-object", "COUNTERS=Counter")

    assert scaffold(*REMOVE, "--never-deployed").code == 0
    assert tree(project) == before


def test_what_is_in_an_old_commit_of_another_branch_may_have_been_deployed(project: Path, scaffold: Scaffold) -> None:
    scaffold("add", "durable-object", "COUNTERS=Counter")
    git(project, "checkout", "--quiet", "-b", "other")
    commit_all(project)
    commit = git(project, "rev-parse", "HEAD")
    git(project, "checkout", "--quiet", "main")
    scaffold("add", "durable-object", "COUNTERS=Counter")
    before = tree(project)

    outcome = scaffold(*REMOVE, "--never-deployed")

    assert outcome.code == 5
    assert f"the tag `v1` is in the commit {commit[:12]}" in outcome.err
    assert tree(project) == before


def test_a_worker_in_a_folder_of_its_repository_has_a_history_too(here: Path, scaffold: Scaffold) -> None:
    write(here / "whole" / "workers" / "notes", BASE)
    scaffold("add", "durable-object", "COUNTERS=Counter", "--project", "whole/workers/notes")
    start_repository(here / "whole")

    outcome = scaffold(*REMOVE, "--never-deployed", "--project", "whole/workers/notes")

    assert (outcome.code, "the tag `v1` is in the commit" in outcome.err) == (5, True)


def test_a_history_that_is_cut_off_tells_nothing_for_certain(
    project: Path, scaffold: Scaffold, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "README.md").write_text("Notes\n", encoding="utf-8")
    commit_all(project)
    git(project.parent, "clone", "--quiet", "--depth=1", f"file://{project}", "shallow")
    monkeypatch.chdir(project.parent / "shallow")
    added = scaffold("add", "durable-object", "COUNTERS=Counter")
    assert "the tags of older migrations are not known: the repository is a shallow clone" in added.out
    before = tree(Path.cwd())

    outcome = scaffold(*REMOVE, "--never-deployed")

    assert (outcome.code, "shallow clone" in outcome.err, tree(Path.cwd())) == (6, True, before)
    # Without that word nothing has to be known.
    assert scaffold(*REMOVE).code == 0


HOSTILE = """\
[core]
\trepositoryformatversion = 1
\tbare = true
[extensions]
\tpartialClone = origin
[remote "origin"]
\turl = ext::sh -c touch% executed
\tpromisor = true
[protocol]
\tallow = always
"""
"""The configuration of a repository that runs a program to get the objects that it lacks."""


@pytest.mark.parametrize("words", [["--never-deployed"], ["--never-deployed", "--dry-run"]])
def test_a_committed_folder_that_looks_like_a_repository_is_not_taken_for_one(
    here: Path, scaffold: Scaffold, words: list[str]
) -> None:
    worker = write(here / "whole" / "notes", BASE)
    start_repository(here / "whole")
    scaffold("add", "durable-object", "COUNTERS=Counter", "--project", str(worker))
    for name in ("objects", "refs/heads"):
        (worker / name).mkdir(parents=True)
    write(worker, {"HEAD": "ref: refs/heads/main\n", "refs/heads/main": f"{'1' * 40}\n", "config": HOSTILE})
    before = tree(here)

    outcome = scaffold(*REMOVE, *words, "--project", str(worker))

    assert (outcome.code, "cannot read the git history" in outcome.err) == (6, True)
    assert tree(here) == before


def test_a_version_that_does_not_parse_may_have_had_the_tag(project: Path, scaffold: Scaffold) -> None:
    good = (project / "wrangler.toml").read_bytes()
    (project / "wrangler.toml").write_bytes(good + b'[[migrations]\ntag = "v1"\n')
    commit_all(project)
    (project / "wrangler.toml").write_bytes(good)
    scaffold("add", "durable-object", "COUNTERS=Counter")

    assert scaffold(*REMOVE, "--never-deployed").code == 5


def test_a_name_that_a_crate_beside_the_worker_asks_for_is_not_renamed(here: Path, scaffold: Scaffold) -> None:
    beside = CARGO.replace('"notes"', '"store"').replace("cdylib", "lib")
    depends = CARGO.replace("[profile", '[dependencies.store]\npath = "store"\n\n[profile')
    bound = f'{WRANGLER}\n[[kv_namespaces]]\nbinding = "NOTES"\nid = "1"\n'
    write(
        here / "project",
        {
            **BASE,
            "wrangler.toml": bound,
            "Cargo.toml": depends,
            "store/Cargo.toml": beside,
            "store/src/lib.rs": 'pub fn of(env: &worker::Env) { env.kv("NOTES").ok(); }\n',
        },
    )
    before = tree(here / "project")

    outcome = scaffold("rename", "kv", "NOTES", "DRAFTS", "--project", "project")

    assert (outcome.code, "store/src/lib.rs:1" in outcome.err) == (5, True)
    assert tree(here / "project") == before


def test_a_document_tells_of_a_renaming(project: Path, scaffold: Scaffold) -> None:
    scaffold("add", "durable-object", "COUNTERS=Counter")

    document = scaffold("rename", "durable-object", "Counter", "Tally", "--json", "--dry-run").document

    assert (document["command"], document["exit_code"], document["dry_run"]) == ("rename", 0, True)
    assert [each["file"] for each in document["files"]] == ["src/counter.rs", "wrangler.toml"]
    assert document["notes"] == ["the next deploy renames `Counter`; its objects keep their data"]
    assert "Tally" not in (project / "wrangler.toml").read_text()


MIGRATED = '\n[[migrations]]\ntag = "{}"\nnew_sqlite_classes = ["{}"]\n'


def tags_of(path: Path) -> list[str]:
    return re.findall(r'"?tag"?\s*[=:]\s*"([^"]*)"', path.read_text())


def commit_config(project: Path, text: str, *, name: str = "wrangler.toml") -> None:
    (project / name).write_text(text, encoding="utf-8")
    commit_all(project)


@pytest.mark.parametrize(
    ("used", "kept", "new"),
    [
        (["v1"], [], "v2"),
        (["v1", "v2", "v3"], ["v1"], "v4"),
        (["0001-room", "0002-room"], ["0001-room"], "0003-room"),
        (["first"], [], "v1"),
        (["v1"], ["v10"], "v11"),
    ],
)
def test_a_tag_of_the_history_is_not_given_again(
    project: Path, scaffold: Scaffold, used: list[str], kept: list[str], new: str
) -> None:
    commit_config(project, WRANGLER + "".join(MIGRATED.format(tag, f"Room{at}") for at, tag in enumerate(used)))
    commit_config(project, WRANGLER + "".join(MIGRATED.format(tag, f"Room{at}") for at, tag in enumerate(kept)))

    outcome = scaffold("add", "durable-object", "COUNTERS=Counter")

    assert tags_of(project / "wrangler.toml") == [*kept, new]
    forgotten = ", ".join(f"`{tag}`" for tag in used if tag not in kept)
    assert f"no longer in wrangler.toml: {forgotten};" in outcome.out


def test_neither_is_a_tag_of_an_environment_a_renamed_file_or_a_merged_branch(
    project: Path, scaffold: Scaffold
) -> None:
    commit_config(
        project, f"{WRANGLER}\n[env.staging]\n{MIGRATED.format('v1', 'Room').replace('[[', '[[env.staging.')}"
    )
    git(project, "checkout", "--quiet", "-b", "other")
    commit_config(project, WRANGLER + MIGRATED.format("v2", "Hall"))
    commit_config(project, WRANGLER)
    git(project, "checkout", "--quiet", "main")
    (project / "README.md").write_text("Notes\n", encoding="utf-8")
    commit_config(project, WRANGLER)
    settings = ("-c", "user.name=A Tester", "-c", "user.email=tester@example.com")
    git(project, *settings, "merge", "--quiet", "--no-edit", "other")
    (project / "wrangler.toml").unlink()
    data = tomllib.loads(WRANGLER) | {"migrations": [{"tag": "v3", "new_sqlite_classes": ["Lobby"]}]}
    commit_config(project, json.dumps(data), name="wrangler.jsonc")
    commit_config(project, json.dumps(data | {"migrations": []}), name="wrangler.jsonc")

    assert scaffold("add", "durable-object", "COUNTERS=Counter").code == 0
    assert tags_of(project / "wrangler.jsonc") == ["v4"]


def test_a_repository_without_a_commit_has_no_tags(here: Path, scaffold: Scaffold) -> None:
    git(write(here / "project", BASE), "init", "--quiet")

    outcome = scaffold("add", "durable-object", "COUNTERS=Counter", "--project", "project")

    assert (outcome.code, "older migrations" in outcome.out) == (0, False)
    assert tags_of(here / "project" / "wrangler.toml") == ["v1"]


def test_a_wrangler_file_with_a_name_of_its_own_has_tags_of_its_own(project: Path, scaffold: Scaffold) -> None:
    commit_config(project, WRANGLER + MIGRATED.format("v1", "Room"))
    commit_config(project, WRANGLER + MIGRATED.format("v1", "Room"), name="wrangler.staging.toml")
    commit_config(project, WRANGLER, name="wrangler.staging.toml")

    scaffold("add", "durable-object", "COUNTERS=Counter", "--config", "wrangler.staging.toml")
    scaffold("add", "durable-object", "COUNTERS=Counter")

    assert tags_of(project / "wrangler.staging.toml") == ["v2"]
    assert tags_of(project / "wrangler.toml") == ["v1", "v2"]


def test_a_removal_and_a_renaming_give_no_tag_again_either(project: Path, scaffold: Scaffold) -> None:
    scaffold("add", "durable-object", "COUNTERS=Counter")
    text = (project / "wrangler.toml").read_text()
    commit_config(project, text + MIGRATED.format("v2", "Room"))
    commit_config(project, text)

    scaffold("rename", "durable-object", "Counter", "Tally")
    scaffold("remove", "durable-object", "COUNTERS")

    assert tags_of(project / "wrangler.toml") == ["v1", "v3", "v4"]


def test_a_worker_that_moved_within_its_repository_keeps_its_tags(here: Path, scaffold: Scaffold) -> None:
    folder = write(here / "whole", BASE)
    start_repository(folder)
    commit_config(folder, WRANGLER + MIGRATED.format("v1", "Room"))
    commit_config(folder, WRANGLER)
    for name in BASE:
        (folder / "notes" / name).parent.mkdir(parents=True, exist_ok=True)
        git(folder, "mv", name, f"notes/{name}")
    commit_all(folder)

    assert scaffold("add", "durable-object", "COUNTERS=Counter", "--project", str(folder / "notes")).code == 0
    assert tags_of(folder / "notes" / "wrangler.toml") == ["v2"]


def test_another_class_in_the_history_does_not_count_as_this_one(project: Path, scaffold: Scaffold) -> None:
    commit_config(project, WRANGLER + MIGRATED.format("v1", "Room"))
    (project / "wrangler.toml").write_text(WRANGLER, encoding="utf-8")
    scaffold("add", "durable-object", "COUNTERS=Counter")
    text = (project / "wrangler.toml").read_text()
    # As an edit of an earlier release, or a person, would have called it.
    (project / "wrangler.toml").write_text(text.replace('"v2"', '"v1"'), encoding="utf-8")

    assert scaffold(*REMOVE, "--never-deployed").code == 0
    assert (project / "wrangler.toml").read_text() == WRANGLER


def test_a_class_in_the_history_under_another_tag_may_have_been_deployed(project: Path, scaffold: Scaffold) -> None:
    commit_config(project, WRANGLER + MIGRATED.format("first", "Counter"))
    commit_config(project, WRANGLER)
    scaffold("add", "durable-object", "COUNTERS=Counter")

    outcome = scaffold(*REMOVE, "--never-deployed")

    assert (outcome.code, "the tag `first` is in the commit" in outcome.err) == (5, True)


def test_an_earlier_life_of_a_class_is_another_one(project: Path, scaffold: Scaffold) -> None:
    ended = (
        WRANGLER + MIGRATED.format("v1", "Counter") + '\n[[migrations]]\ntag = "v2"\ndeleted_classes = ["Counter"]\n'
    )
    commit_config(project, WRANGLER + MIGRATED.format("v1", "Counter"))
    commit_config(project, ended)
    scaffold("add", "durable-object", "COUNTERS=Counter")

    assert tags_of(project / "wrangler.toml") == ["v1", "v2", "v3"]
    assert scaffold(*REMOVE, "--never-deployed").code == 0
    assert (project / "wrangler.toml").read_text() == ended
