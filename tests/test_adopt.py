"""`scaffold adopt`: workers of upstream's templates, and others, become projects of the catalogue; nothing is lost."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
import yaml

from scaffolder.adopting import recognition, upstream

from . import upstream as theirs
from .check import BASE, write
from .conftest import ROOT, Scaffold, git, start_repository, tree
from .terminal import ENTER, SCAFFOLD, UP, Terminal

MINORS = ("0.4", "0.5", "0.6", "0.7", "0.8")
GENERATED = [
    (template, theirs.newest(template, minor))
    for template in theirs.TEMPLATES
    for minor in MINORS
    if any(version.startswith(f"{minor}-") for version in theirs.versions()[template])
]
EDITED = "\n# mine\n"


@pytest.fixture
def hello(here: Path) -> Path:
    return theirs.made(here / "my-app", "hello-world", theirs.newest("hello-world", "0.6"))


def adopt(scaffold: Scaffold, project: Path, *words: str) -> dict[str, object]:
    outcome = scaffold("adopt", str(project), "--yes", "--json", *words)
    assert outcome.code == 0, outcome.err
    document: dict[str, object] = outcome.document
    return document


def own(project: Path) -> list[str]:
    record = project / ".scaffold.toml"
    if not record.exists():
        return []
    listed: list[str] = tomllib.loads(record.read_text(encoding="utf-8"))["own"]
    return listed


def contents(folder: Path) -> dict[str, bytes]:
    return {path: content for path, (_, content) in tree(folder).items() if (folder / path).is_file()}


# --- the table of upstream's files ---------------------------------------------------------------------------------


def test_the_table_is_that_of_the_archive() -> None:
    assert theirs.TABLE.read_text(encoding="utf-8") == theirs.table()


@pytest.mark.parametrize("flags", [(), ("panic_unwind",), ("use_nightly",), ("use_nightly", "win")], ids=str)
@pytest.mark.parametrize("name", ["my-app", "a"])
def test_every_file_of_every_version_is_recognised_until_it_is_edited(name: str, flags: tuple[str, ...]) -> None:
    for template, versions in theirs.versions().items():
        for version in versions:
            files = theirs.generated(template, version, name=name, flags=flags)

            found = upstream.untouched(files)

            assert files.keys() == found.keys()
            assert all(template in found[path] for path in files)
            assert upstream.untouched({path: b"\n" + content for path, content in files.items()}) == found
            assert upstream.untouched({path: content + b"\n# mine" for path, content in files.items()}) == {}


@pytest.mark.parametrize(
    ("before", "after"),
    [(b'name = "my-app"', b'name = "other"'), (b"2025-03-04", b"2025-3-4"), (b"--release", b"--release --dev")],
)
def test_an_edit_at_or_beside_a_placeholder_counts(hello: Path, before: bytes, after: bytes) -> None:
    files = contents(hello)
    assert before in files["wrangler.toml"]

    found = upstream.untouched({**files, "wrangler.toml": files["wrangler.toml"].replace(before, after)})

    assert found.keys() == files.keys() - {"wrangler.toml"}


# --- untouched projects of upstream ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("template", "version"), GENERATED, ids="-".join)
def test_an_untouched_project_becomes_what_new_makes(
    here: Path, scaffold: Scaffold, template: str, version: str
) -> None:
    project = theirs.made(here / "my-app", template, version)
    before = contents(project)

    document = adopt(scaffold, project)

    mapped = recognition.MAPPED[template]
    given = [f"--set={name}={value}" for name, value in document["answers"].items()]  # type: ignore[attr-defined]
    assert scaffold("new", "made", "--template", mapped, "--defaults", "--no-git", *given).code == 0
    expected = contents(here / "made")
    after = contents(project)
    assert after == expected
    # None is in conflict: each is replaced, or there is no use for it and it is removed.
    assert {path for path in before if after.get(path) == before[path]} <= expected.keys()
    assert (document["template"], document["upstream"], own(project)) == (mapped, template, [])


def test_the_page_has_the_figures_of_what_is_tried() -> None:
    versions = sum(map(len, theirs.versions().values()))
    files = sum(len(theirs.generated(*each)) for each in GENERATED)
    page = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")

    assert f"The {versions} versions of the four templates" in page
    assert f"{files} of {files} files go without a conflict: these {len(GENERATED)} projects" in page


def test_windows_line_ends_are_no_edit_and_stay(hello: Path, scaffold: Scaffold) -> None:
    for path, content in contents(hello).items():
        (hello / path).write_bytes(content.replace(b"\n", b"\r\n"))

    adopt(scaffold, hello)

    assert own(hello) == []
    lines = (hello / "src" / "lib.rs").read_bytes()
    assert b"Hello, World!" in lines
    assert lines.count(b"\r\n") == lines.count(b"\n")


def test_a_lock_that_cargo_made_goes_with_its_untouched_manifest(hello: Path, scaffold: Scaffold) -> None:
    (hello / "Cargo.lock").write_text(
        "# This file is automatically @generated by Cargo.\n# It is not intended for manual editing.\nversion = 4\n",
        encoding="utf-8",
    )

    adopt(scaffold, hello)

    assert 'name = "my-app"' in (hello / "Cargo.lock").read_text(encoding="utf-8")


def test_an_option_of_upstream_becomes_an_answer(here: Path, scaffold: Scaffold) -> None:
    files = theirs.generated("axum", theirs.newest("axum", "0.8"), flags=("panic_unwind",))
    for path, content in files.items():
        (here / "app" / path).parent.mkdir(parents=True, exist_ok=True)
        (here / "app" / path).write_bytes(content)

    document = adopt(scaffold, here / "app")

    assert document["answers"]["panic_unwind"] is True  # type: ignore[index]
    assert "--panic-unwind" in (here / "app" / "wrangler.toml").read_text(encoding="utf-8")


# --- projects that somebody has worked on ----------------------------------------------------------------------------


@pytest.mark.promise("no-byte-lost")
@pytest.mark.parametrize("path", ["src/lib.rs", "Cargo.toml", "wrangler.toml", ".gitignore"])
def test_a_file_that_was_edited_is_never_replaced(hello: Path, scaffold: Scaffold, path: str) -> None:
    edited = (hello / path).read_text(encoding="utf-8") + EDITED.replace("#", "//" if path.endswith("rs") else "#")
    (hello / path).write_text(edited, encoding="utf-8")

    adopt(scaffold, hello, "--all")

    assert (hello / path).read_text(encoding="utf-8") == edited
    assert path in own(hello)


@pytest.mark.promise("no-byte-lost")
def test_the_rest_of_a_program_stays_with_its_edited_file(hello: Path, scaffold: Scaffold) -> None:
    (hello / "src" / "greeting.rs").write_text('pub const GREETING: &str = "Hi";\n', encoding="utf-8")
    before = contents(hello)

    document = adopt(scaffold, hello)

    after = contents(hello)
    assert {path: after[path] for path in before} == before
    assert after.keys() - before.keys() == {".copier-answers.yml", ".scaffold.toml"}
    assert document["edited"] == ["src/greeting.rs"]
    assert {"Cargo.toml", "Cargo.lock", "src/lib.rs", "tests/smoke.toml", "AGENTS.md"} <= set(own(hello))


def test_what_is_its_own_stays_in_the_record_when_something_is_added(hello: Path, scaffold: Scaffold) -> None:
    (hello / "src" / "lib.rs").write_text("use worker::*;\n", encoding="utf-8")
    adopt(scaffold, hello)
    before = own(hello)

    assert scaffold("add", "var", "GREETING=Hi", "--project", str(hello)).code == 0
    assert own(hello) == before
    assert 'kind = "var"' in (hello / ".scaffold.toml").read_text(encoding="utf-8")
    assert scaffold("remove", "var", "GREETING", "--project", str(hello)).code == 0
    assert own(hello) == before


def test_a_record_with_an_empty_list_of_own_files_is_read_and_loses_it(hello: Path, scaffold: Scaffold) -> None:
    adopt(scaffold, hello)
    record = hello / ".scaffold.toml"
    record.write_text("own = []\n", encoding="utf-8")

    assert scaffold("diff", str(hello)).code == 0
    assert scaffold("add", "var", "GREETING=Hi", "--project", str(hello)).code == 0
    assert set(tomllib.loads(record.read_text(encoding="utf-8"))) == {"addition"}
    assert scaffold("remove", "var", "GREETING", "--project", str(hello)).code == 0
    assert not record.exists()


def test_single_files_are_taken_by_their_names_with_those_that_they_need(hello: Path, scaffold: Scaffold) -> None:
    (hello / "src" / "lib.rs").write_text("// mine\n", encoding="utf-8")

    adopt(scaffold, hello, "--take", "package.json", "--take", "rust-toolchain.toml")

    assert (hello / "package-lock.json").is_file()
    assert (hello / "rust-toolchain.toml").is_file()
    assert not (hello / "AGENTS.md").exists()
    assert {"AGENTS.md", ".github/workflows/ci.yml"} <= set(own(hello))


@pytest.mark.promise("exit-code", "no-byte-lost", kind="bad input")
@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("src/lib.rs", "its own, which is no untouched upstream file"),
        ("nothing.txt", "the template has no such file"),
        ("Cargo.lock", "its own"),
    ],
)
def test_a_file_that_is_not_offered_is_refused(hello: Path, scaffold: Scaffold, path: str, why: str) -> None:
    (hello / "src" / "lib.rs").write_text("// mine\n", encoding="utf-8")
    before = tree(hello)

    outcome = scaffold("adopt", str(hello), "--yes", "--take", path)

    assert outcome.code == 2
    assert why in outcome.err
    assert tree(hello) == before


@pytest.mark.parametrize(
    ("source", "config", "template"),
    [
        ("#[event(email)]\nasync fn email(message: ForwardableEmailMessage, env: Env, ctx: Context) {}\n", "", "email"),
        ("fn routes() { Router::new(); }\n", "", "router"),
        ("", '[triggers]\ncrons = ["* * * * *"]\n', "scheduled"),
        ("", '[[r2_buckets]]\nbinding = "FILES"\nbucket_name = "files"\n', "r2"),
        ("", '[[queues.consumers]]\nqueue = "jobs"\n', "queue"),
        ("", '[[workflows]]\nname = "w"\nbinding = "W"\nclass_name = "W"\n', "workflow"),
    ],
    ids=lambda value: value if value.isalnum() else "",
)
def test_what_a_worker_does_decides_on_its_template(
    here: Path, scaffold: Scaffold, source: str, config: str, template: str
) -> None:
    files = {**BASE, "wrangler.toml": BASE["wrangler.toml"] + config, "src/lib.rs": BASE["src/lib.rs"] + source}
    project = write(here / "shop", files)

    outcome = scaffold("adopt", str(project), "--dry-run", "--json")

    assert (outcome.code, outcome.document["template"]) == (0, template)


def test_a_worker_with_a_wrangler_file_in_json_keeps_it(here: Path, scaffold: Scaffold) -> None:
    project = write(here / "shop", {**BASE, "wrangler.jsonc": '{"name": "shop", "main": "build/index.js"}'})
    (project / "wrangler.toml").unlink()

    document = adopt(scaffold, project, "--all")

    assert document["answers"]["worker_name"] == "shop"  # type: ignore[index]
    assert not (project / "wrangler.toml").exists()
    assert "wrangler.toml" in own(project)


def test_a_worker_of_any_origin_gets_the_template_whose_bindings_it_has(here: Path, scaffold: Scaffold) -> None:
    bound = '[[d1_databases]]\nbinding = "DB"\ndatabase_name = "shop"\ndatabase_id = "1"\n'
    project = write(here / "shop", {**BASE, "wrangler.toml": BASE["wrangler.toml"] + bound})
    before = contents(project)

    document = adopt(scaffold, project)

    assert document["template"] == "d1"
    answers = yaml.safe_load((project / ".copier-answers.yml").read_text(encoding="utf-8"))
    assert answers["database_name"] == "shop"
    assert {path: content for path, content in contents(project).items() if path in before} == before


def test_a_project_that_lost_its_record_gets_it_back_byte_by_byte(here: Path, scaffold: Scaffold) -> None:
    made = ("new", "jobs", "--template", "queue-once", "--defaults", "--no-git", "--set", "max_attempts=10")
    assert scaffold(*made, "--set", "queue_name=parcels").code == 0
    before = contents(here / "jobs")
    (here / "jobs" / ".copier-answers.yml").unlink()

    adopt(scaffold, here / "jobs")

    after = contents(here / "jobs")
    assert after == before
    assert own(here / "jobs") == []


def test_a_template_and_answers_can_be_given(hello: Path, scaffold: Scaffold) -> None:
    document = adopt(scaffold, hello, "--template", "router", "--set", "upload_megabytes=25")

    assert document["template"] == "router"
    assert document["answers"]["upload_megabytes"] == 25  # type: ignore[index]


# --- what is refused --------------------------------------------------------------------------------------------------


@pytest.mark.promise("exit-code", "no-byte-lost", "true-words", kind="bad input")
def test_without_a_terminal_a_proposal_has_to_be_confirmed(hello: Path, scaffold: Scaffold) -> None:
    before = tree(hello)

    outcome = scaffold("adopt", str(hello))

    assert outcome.code == 2
    assert "--template hello --set worker_name=my-app" in outcome.err
    assert "--yes" in outcome.err
    assert tree(hello) == before


def test_a_dry_run_writes_nothing(hello: Path, scaffold: Scaffold) -> None:
    before = tree(hello)

    outcome = scaffold("adopt", str(hello), "--dry-run")

    assert outcome.code == 0
    assert "would be replaced src/lib.rs" in outcome.out
    assert tree(hello) == before


def test_a_name_that_no_template_takes_is_asked_for_and_not_changed(here: Path, scaffold: Scaffold) -> None:
    project = theirs.made(here / "x", "hello-world", theirs.newest("hello-world", "0.8"), name="My_App")

    outcome = scaffold("adopt", str(project), "--yes")

    assert outcome.code == 2
    assert "`My_App`" in outcome.err
    assert "--set worker_name=" in outcome.err
    assert adopt(scaffold, project, "--set", "worker_name=my-app")["answers"]["worker_name"] == "my-app"  # type: ignore[index]


@pytest.mark.promise("exit-code", "no-byte-lost", kind="bad input")
@pytest.mark.parametrize(
    ("words", "text"),
    [
        (("--template", "no-such"), "no template named `no-such`"),
        (("--set", "worker_name=A B"), "the answer for worker_name is not legal"),
        (("--set", "no_such=1"), "there is no such question"),
    ],
)
def test_a_wrong_argument_is_refused(hello: Path, scaffold: Scaffold, words: tuple[str, ...], text: str) -> None:
    before = tree(hello)

    outcome = scaffold("adopt", str(hello), "--yes", *words)

    assert outcome.code == 2
    assert text in outcome.err
    assert tree(hello) == before


@pytest.mark.promise("exit-code", "no-byte-lost", kind="bad input")
def test_a_project_with_a_record_is_refused(hello: Path, scaffold: Scaffold) -> None:
    adopt(scaffold, hello)
    before = tree(hello)

    outcome = scaffold("adopt", str(hello), "--yes")

    assert outcome.code == 2
    assert "has a record already" in outcome.err
    assert tree(hello) == before


@pytest.mark.promise("exit-code", kind="bad input")
def test_a_folder_without_a_worker_is_refused(here: Path, scaffold: Scaffold) -> None:
    assert scaffold("adopt", "neighbour", "--yes").code == 2
    start_repository(here)
    nowhere = scaffold("adopt", "nowhere", "--yes")
    assert (nowhere.code, "project not found" in nowhere.err) == (2, True)


@pytest.mark.promise("exit-code", "true-words", kind="bad input")
def test_several_workers_are_refused(here: Path, scaffold: Scaffold) -> None:
    for name in ("one", "two"):
        theirs.made(here / "all" / name, "hello-world", theirs.newest("hello-world", "0.8"), name=name)
    (here / "all" / "Cargo.toml").write_text('[workspace]\nmembers = ["one", "two"]\n', encoding="utf-8")

    outcome = scaffold("adopt", "all", "--yes")

    assert outcome.code == 2
    assert "adopt all/one" in outcome.err
    assert "adopt all/two" in outcome.err


@pytest.mark.promise("no-byte-lost")
def test_a_member_of_a_workspace_keeps_its_program(here: Path, scaffold: Scaffold) -> None:
    project = theirs.made(here / "all" / "one", "hello-world", theirs.newest("hello-world", "0.8"), name="one")
    (here / "all" / "Cargo.toml").write_text('[workspace]\nmembers = ["one"]\n', encoding="utf-8")
    before = contents(project)

    adopt(scaffold, project)

    assert {path: content for path, content in contents(project).items() if path in before} == before
    assert {"Cargo.toml", "Cargo.lock"} <= set(own(project))


@pytest.mark.promise("exit-code", "no-byte-lost", kind="bad input")
def test_uncommitted_changes_are_refused_but_not_new_files(hello: Path, scaffold: Scaffold) -> None:
    start_repository(hello)
    (hello / "notes.txt").write_text("new\n", encoding="utf-8")
    with (hello / "src" / "lib.rs").open("a", encoding="utf-8") as stream:
        stream.write("// mine\n")
    before = tree(hello)

    outcome = scaffold("adopt", str(hello), "--yes")

    assert outcome.code == 2
    assert "src/lib.rs" in outcome.err
    assert tree(hello) == before
    assert "adopt --stash" in outcome.err


@pytest.mark.promise("whole-or-nothing", "no-byte-lost")
def test_uncommitted_changes_can_be_put_aside_and_come_back_if_nothing_is_written(
    hello: Path, scaffold: Scaffold
) -> None:
    start_repository(hello)
    with (hello / "src" / "lib.rs").open("a", encoding="utf-8") as stream:
        stream.write("// mine\n")
    before = tree(hello)

    assert scaffold("adopt", str(hello), "--yes", "--stash", "--template", "no-such").code == 2
    assert tree(hello) == before
    document = adopt(scaffold, hello, "--stash")

    assert own(hello) == []
    assert "// mine" in git(hello, "show", f"{document['stash']}:src/lib.rs")


@pytest.mark.promise("whole-or-nothing", "no-byte-lost", "exit-code")
def test_all_is_written_or_nothing(hello: Path, scaffold: Scaffold) -> None:
    (hello / "wrangler.toml").chmod(0o444)
    before = tree(hello)

    outcome = scaffold("adopt", str(hello), "--yes")

    assert outcome.code == 6
    assert "read-only" in outcome.err
    assert tree(hello) == before


def test_a_link_is_never_followed_or_replaced(hello: Path, scaffold: Scaffold) -> None:
    elsewhere = hello.parent / "elsewhere"
    (hello / ".gitignore").rename(elsewhere)
    (hello / ".gitignore").symlink_to(elsewhere)
    before = elsewhere.read_bytes()

    adopt(scaffold, hello)

    assert elsewhere.read_bytes() == before
    assert (hello / ".gitignore").is_symlink()
    assert own(hello) == [".gitignore"]


# --- at a terminal ----------------------------------------------------------------------------------------------------


def test_at_a_terminal_each_file_is_offered_and_all_is_reviewed(hello: Path, here: Path) -> None:
    terminal = Terminal([*SCAFFOLD, "adopt", "my-app"], cwd=here, rows=60)
    terminal.wait_for("Which files should it take?", "AGENTS.md", "replaces an untouched upstream file")
    terminal.type("AGENTS", " ", ENTER)
    terminal.wait_for("Adopt the project", "hello: its src/lib.rs is that", "10 of 11 are taken")
    terminal.type(ENTER)

    assert terminal.end() == 0
    assert own(hello) == ["AGENTS.md"]
    assert "Hello, World!" in (hello / "src" / "lib.rs").read_text(encoding="utf-8")


def test_at_a_terminal_cancel_writes_nothing(hello: Path, here: Path) -> None:
    before = tree(hello)
    terminal = Terminal([*SCAFFOLD, "adopt", "my-app"], cwd=here)
    terminal.wait_for("Which files should it take?")
    terminal.type(ENTER)
    terminal.wait_for("Adopt the project")
    terminal.type(UP, ENTER)

    assert terminal.end() == 130
    assert tree(hello) == before
