"""`scaffold add` and `remove` at the command line: documents, files that cannot be written, workspaces, crashes."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from scaffolder.commands import edit
from scaffolder.core.requests import EditRequest
from scaffolder.system import file_writer, paths, transaction
from scaffolder.system.transaction import FileChange
from scaffolder.ui.report import Report

from .check import BASE, CARGO, WRANGLER, write
from .conftest import Scaffold, tree


@pytest.fixture
def project(here: Path) -> Path:
    return write(here / "project", BASE)


def test_a_document_holds_each_file_and_its_difference(project: Path, scaffold: Scaffold) -> None:
    document = scaffold("add", "kv", "CACHE", "--project", str(project), "--json").document

    assert (document["exit_code"], document["dry_run"]) == (0, False)
    assert [each["file"] for each in document["files"]] == ["wrangler.toml", "src/lib.rs", "src/bindings.rs"]
    assert '+binding = "CACHE"' in document["files"][0]["diff"]


def test_a_dry_run_writes_nothing(project: Path, scaffold: Scaffold) -> None:
    before = tree(project)

    assert scaffold("add", "d1", "DB", "--project", str(project), "--dry-run").code == 0
    assert tree(project) == before


def test_options_may_stand_anywhere_between_the_arguments(project: Path, scaffold: Scaffold) -> None:
    words, options = ["kv", "CACHE"], ["--dry-run", "--project", str(project)]

    outcomes = [scaffold("add", *words[:place], *options, *words[place:]) for place in range(3)]

    assert [(each.code, each.out) for each in outcomes] == [(0, outcomes[0].out)] * 3
    assert '+binding = "CACHE"' in outcomes[0].out


@pytest.mark.promise("no-byte-lost", "no-write-outside", kind="bad input")
def test_a_read_only_file_stops_all_of_an_edit(project: Path, scaffold: Scaffold) -> None:
    (project / "Cargo.toml").chmod(0o444)
    before = tree(project)

    outcome = scaffold("add", "d1", "DB", "--project", str(project))

    assert outcome.code == 6
    assert "it is read-only" in outcome.err
    assert tree(project) == before


@pytest.mark.promise("no-byte-lost", "no-write-outside", kind="bad input")
def test_a_link_out_of_the_project_stops_an_edit(project: Path, scaffold: Scaffold) -> None:
    theirs = project.parent / "neighbour" / "wrangler.toml"
    (project / "wrangler.toml").rename(theirs)
    (project / "wrangler.toml").symlink_to(theirs)
    before = theirs.read_bytes()

    outcome = scaffold("add", "kv", "CACHE", "--project", str(project))

    assert outcome.code == 6
    assert "it is outside of the project" in outcome.err
    assert theirs.read_bytes() == before


@pytest.mark.promise("no-byte-lost", kind="kill point")
def test_a_crash_is_finished_by_the_next_run(
    project: Path, scaffold: Scaffold, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave_unfinished(project, scaffold, monkeypatch)
    (plan,) = paths.journals().glob("*/plan.json")

    outcome = scaffold("add", "kv", "CACHE", "--project", str(project))

    assert (outcome.code, outcome.out.splitlines()[0]) == (0, "already present")
    assert "its changes are now finished" in outcome.err
    assert not plan.exists()


class Crash(BaseException):
    """The power goes."""


def leave_unfinished(project: Path, scaffold: Scaffold, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(_root: Path, _step: file_writer.FileStep) -> None:
        raise Crash

    with monkeypatch.context() as patch:
        patch.setattr(file_writer, "place", crash)
        with pytest.raises(Crash):
            scaffold("add", "kv", "CACHE", "--project", str(project))


@pytest.mark.promise("true-words", kind="kill point")
@pytest.mark.parametrize(
    "words", ["add kv CACHE --dry-run --project", "remove kv NOTES --dry-run --project", "check", "validate", "dev"]
)
def test_an_unfinished_edit_is_reported_and_a_command_that_changes_nothing_leaves_it(
    words: str, project: Path, scaffold: Scaffold, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave_unfinished(project, scaffold, monkeypatch)
    before = tree(project, without="")

    outcome = scaffold(*words.split(), str(project))

    assert f"an edit of {project} was interrupted" in outcome.err
    assert f"scaffold check --fix {project}" in outcome.err
    assert tree(project, without="") == before


@pytest.mark.promise("true-words", kind="kill point")
def test_the_command_that_an_unfinished_edit_names_finishes_it(
    project: Path, scaffold: Scaffold, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave_unfinished(project, scaffold, monkeypatch)

    assert "its changes are now finished" in scaffold("check", "--fix", str(project)).err
    assert "CACHE" in (project / "wrangler.toml").read_text()
    assert "interrupted" not in scaffold("check", str(project)).err


def test_a_dry_run_shows_a_file_without_acting_on_it(
    project: Path, scaffold: Scaffold, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    (project / ".dev.vars.example").write_text("::error::planted\n# \x1b]0;title\x07 \u202e ##[error]\n")

    outcome = scaffold("add", "secret", "API_KEY", "--project", str(project), "--dry-run")

    assert "planted" in outcome.out
    assert not {"\x1b", "\x07", "\u202e"} & set(outcome.out + outcome.err)
    assert not any(line.strip().startswith("::") or "##[" in line for line in outcome.out.splitlines())


@pytest.mark.promise("no-write-outside", kind="bad input")
@pytest.mark.parametrize("planted", ["{}", '{"process": 1, "files": []}', "", None])
@pytest.mark.parametrize("folder", [".", ".."])
def test_a_journal_that_came_with_a_clone_is_ignored(
    folder: str, planted: str | None, project: Path, scaffold: Scaffold
) -> None:
    journal = project / folder / ".scaffold-journal"
    journal.mkdir()
    if planted is not None:
        (journal / "plan.json").write_text(planted)

    outcome = scaffold("add", "kv", "CACHE", "--project", str(project))

    assert (outcome.code, "interrupted" in outcome.err) == (0, False)


def test_without_a_cache_nothing_is_changed_and_the_folder_is_named(
    project: Path, scaffold: Scaffold, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project.parent / "file").write_text("")
    monkeypatch.setenv("SCAFFOLD_CACHE", str(project.parent / "file"))
    before = tree(project)

    outcome = scaffold("add", "kv", "CACHE", "--project", str(project))

    assert (outcome.code, "set SCAFFOLD_CACHE" in outcome.err) == (6, True)
    assert tree(project) == before
    assert (
        scaffold("check", str(project)).code
        == scaffold("add", "kv", "CACHE", "--dry-run", "--project", str(project)).code
    )


@pytest.mark.promise("no-write-outside", kind="bad input")
def test_a_dry_run_of_a_hostile_clone_writes_nothing_into_its_repository(project: Path, scaffold: Scaffold) -> None:
    (project / ".git").mkdir()
    journal = project / ".scaffold-journal"
    journal.mkdir()
    (journal / "0.after").write_bytes(b"/tmp/hooks")
    entry = {"file": ".git/commondir", "number": 0, "before": False, "after": True}
    (journal / "plan.json").write_text(json.dumps({"process": 4194303, "files": [entry]}))
    before = tree(project, without="")

    outcome = scaffold("add", "kv", "CACHE", "--dry-run", "--project", str(project))

    assert outcome.code == 0
    assert tree(project, without="") == before


@pytest.mark.promise("no-byte-lost", kind="crowd")
def test_two_additions_at_once_are_both_there(
    project: Path, scaffold: Scaffold, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second waits, and reads the files again: its plan would overwrite the first one otherwise."""
    write_all = transaction.write
    inside = threading.Event()

    def slow(folder: Path, changes: Sequence[FileChange]) -> None:
        if not inside.is_set():
            inside.set()
            waiting.wait()
        write_all(folder, changes)

    waiting = threading.Event()
    monkeypatch.setattr(transaction, "write", slow)
    monkeypatch.setattr(Report, "note", lambda _, text: waiting.set() if text.startswith("waiting for") else None)
    first = threading.Thread(target=lambda: run_edit("add", "kv", "FIRST", project))
    first.start()
    inside.wait()

    second = scaffold("add", "kv", "SECOND", "--project", str(project))

    waiting.set()
    first.join()
    assert second.code == 0
    text = (project / "wrangler.toml").read_text()
    assert "FIRST" in text
    assert "SECOND" in text


def run_edit(command: str, kind: str, name: str, project: Path) -> None:
    edit.run(command, EditRequest(kind, name, project, None, dry_run=False), Report(command, as_json=False))


def test_of_several_workers_one_has_to_be_named(here: Path, scaffold: Scaffold) -> None:
    files = {"Cargo.toml": '[workspace]\nmembers = ["a", "b"]\n'}
    for name in ("a", "b"):
        files |= {f"{name}/Cargo.toml": CARGO, f"{name}/wrangler.toml": WRANGLER, f"{name}/src/lib.rs": ""}
    write(here / "both", files)

    refused = scaffold("add", "kv", "CACHE", "--project", "both")
    done = scaffold("add", "kv", "CACHE", "--project", "both/b")

    assert refused.code == 2
    assert "--project a" in refused.err
    assert (done.code, done.out.splitlines()[0]) == (0, "changed b/wrangler.toml")
    assert "CACHE" not in (here / "both" / "a" / "wrangler.toml").read_text()


@pytest.mark.parametrize(
    "words",
    [
        "add kv no-name",
        "add durable-object ROOMS=room",
        "add rpc-client BACKEND=#",
        "add assets src",
        "add queue-consumer Jobs",
        "rename durable-object COUNTERS rooms",
        "rename kv CACHE pages",
        "info durable-object",
    ],
)
def test_a_command_to_paste_begins_as_the_program_was_begun(
    words: str, project: Path, scaffold: Scaffold, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project)
    monkeypatch.setattr("sys.argv", ["there/scaffold.py"])
    command = "rename" if words.startswith("rename") else "add"

    outcome = scaffold(*words.split())

    output = outcome.out + outcome.err
    assert f"python3 there/scaffold.py {command} " in output
    assert "scaffold add" not in output


def test_the_first_note_is_how_rust_reads_a_binding_that_has_no_field(project: Path, scaffold: Scaffold) -> None:
    # The crate asks for a binding in a way of its own, so no bindings.rs is created.
    (project / "src" / "lib.rs").write_text('pub fn of(env: &worker::Env) { env.kv("NOTES").ok(); }\n')

    document = scaffold("add", "d1", "DB", "--project", str(project), "--json").document

    assert document["notes"][:2] == [
        'read it in Rust with `env.d1("DB")?`, of type `worker::D1Database`',
        "to apply the migrations locally: npx wrangler d1 migrations apply DB --local",
    ]


@pytest.mark.parametrize(
    ("requirement", "type_"),
    {
        "0.6": "worker::KvStore",
        "^0.6.1": "worker::KvStore",
        "~0.6.1": "worker::KvStore",
        "=0.6": "worker::KvStore",
        "<=0.6": "worker::KvStore",
        ">0.5": "worker::KvStore",
        "*": "worker::KvStore",
        "=0.6.6": "worker::kv::KvStore",
        "0.5.*": "worker::kv::KvStore",
        ">=0.5, <0.6.7": "worker::kv::KvStore",
        "< 0.6": "worker::kv::KvStore",
        "0.0.24": "worker::kv::KvStore",
    }.items(),
)
def test_without_a_lock_the_newest_version_counts_that_cargo_would_take(
    project: Path, scaffold: Scaffold, requirement: str, type_: str
) -> None:
    manifest = project / "Cargo.toml"
    manifest.write_text(re.sub('worker = "[^"]+"', f'worker = "{requirement}"', manifest.read_text()))
    (project / "Cargo.lock").unlink()

    assert scaffold("add", "kv", "CACHE", "--project", str(project)).code == 0

    assert f"    pub cache: {type_},\n" in (project / "src" / "bindings.rs").read_text()
