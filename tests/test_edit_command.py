"""`scaffold add` and `remove` at the command line: documents, files that cannot be written, workspaces, crashes."""

from __future__ import annotations

from pathlib import Path

import pytest

from scaffolder.system import transaction

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


def test_a_read_only_file_stops_all_of_an_edit(project: Path, scaffold: Scaffold) -> None:
    (project / "Cargo.toml").chmod(0o444)
    before = tree(project)

    outcome = scaffold("add", "d1", "DB", "--project", str(project))

    assert outcome.code == 6
    assert "it is read-only" in outcome.err
    assert tree(project) == before


def test_a_link_out_of_the_project_stops_an_edit(project: Path, scaffold: Scaffold) -> None:
    theirs = project.parent / "neighbour" / "wrangler.toml"
    (project / "wrangler.toml").rename(theirs)
    (project / "wrangler.toml").symlink_to(theirs)
    before = theirs.read_bytes()

    outcome = scaffold("add", "kv", "CACHE", "--project", str(project))

    assert outcome.code == 6
    assert "it is outside of the project" in outcome.err
    assert theirs.read_bytes() == before


def test_a_crash_is_finished_by_the_next_run(
    project: Path, scaffold: Scaffold, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Crash(BaseException):
        """The power goes."""

    def crash(_path: Path, _content: bytes) -> None:
        raise Crash

    with monkeypatch.context() as patch:
        patch.setattr(transaction, "_replace", crash)
        with pytest.raises(Crash):
            scaffold("add", "kv", "CACHE", "--project", str(project))
    plan = project / transaction.FOLDER / "plan.json"
    assert plan.is_file()

    outcome = scaffold("add", "kv", "CACHE", "--project", str(project))

    assert (outcome.code, outcome.out.splitlines()[0]) == (0, "already present")
    assert "its changes are now finished" in outcome.err
    assert not plan.exists()


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
        'in Rust, worker::D1Database: env.d1("DB")?',
        "for this machine: npx wrangler d1 migrations apply DB --local",
    ]
