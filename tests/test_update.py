"""`scaffold update`: a project gets another version of its template, and keeps all that is its owner's."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from scaffolder.catalogue import manifests
from scaffolder.core.errors import ToolMissing

from . import two_versions, upstream
from .conftest import Outcome, Scaffold, commit_all, git, start_repository, tree

Program = Callable[..., Outcome]


@pytest.fixture(scope="session")
def catalogues(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return the two versions of the catalogue, as in two wheels."""
    place = tmp_path_factory.mktemp("versions")
    two_versions.make_old(place / "old")
    two_versions.make_new(place / "new", place / "old")
    return place / "old", place / "new"


@pytest.fixture
def old(scaffold: Scaffold, catalogues: tuple[Path, Path]) -> Iterator[Program]:
    """Return a function that runs the earlier program."""
    yield _program(scaffold, catalogues[0])
    manifests.pins.cache_clear()


@pytest.fixture
def new(scaffold: Scaffold, catalogues: tuple[Path, Path]) -> Iterator[Program]:
    """Return a function that runs the later program."""
    yield _program(scaffold, catalogues[1])
    manifests.pins.cache_clear()


def _program(scaffold: Scaffold, catalogue: Path) -> Program:
    def run(*words: str) -> Outcome:
        two_versions.use(catalogue)
        return scaffold(*words)

    return run


def make(old: Program, template: str, *words: str, committed: bool = True) -> Path:
    made = old("new", "project", "--template", template, "--defaults", "--no-git", "--no-validate", *words)
    assert made.code == 0, made.err
    project = Path("project").resolve()
    if committed:
        start_repository(project)
    return project


def answers(project: Path) -> str:
    return (project / ".copier-answers.yml").read_text(encoding="utf-8")


def config(project: Path) -> dict[str, Any]:
    return tomllib.loads((project / "wrangler.toml").read_text(encoding="utf-8"))


def refused(outcome: Outcome, code: int, *words: str) -> None:
    assert outcome.code == code, outcome.out + outcome.err
    assert [word for word in words if word not in outcome.err] == []


def test_a_project_with_additions_gets_the_later_version(old: Program, new: Program) -> None:
    project = make(old, "hello", "--with", "kv,cron")

    done = new("update", "project")

    assert done.code == 0, done.err
    assert "_commit: v0.2.0\n" in answers(project)
    assert "greeting: Hello\n" in answers(project)
    assert 'worker = { version = "=0.8.8"' in (project / "Cargo.toml").read_text() or "=0.8.8" in (
        project / "Cargo.toml"
    ).read_text(encoding="utf-8")
    assert config(project)["build"]["watch_dir"][-1] == "build.rs"
    assert config(project)["kv_namespaces"] == [{"binding": "CACHE"}]
    assert 'name = "worker"\nversion = "0.8.8"' in (project / "Cargo.lock").read_text(encoding="utf-8")
    assert new("diff", "project").code == 0
    assert new("check", "project").code == 0


def test_a_second_update_has_nothing_to_do(old: Program, new: Program) -> None:
    project = make(old, "hello", "--with", "kv")
    new("update", "project")
    commit_all(project)
    before = tree(project)

    again = new("update", "project")

    assert (again.code, "already up to date" in again.out) == (0, True)
    assert tree(project) == before


def test_undo_restores_every_byte_before_and_after_the_commit(old: Program, new: Program) -> None:
    project = make(old, "hello", "--with", "kv,d1")
    before = tree(project)

    new("update", "project")
    assert tree(project) != before
    assert new("update", "--undo", "project").code == 0
    assert tree(project) == before
    assert git(project, "status", "--porcelain") == ""

    new("update", "project")
    commit_all(project)
    assert new("update", "--undo", "project").code == 0
    assert tree(project) == before


@pytest.mark.promise("no-byte-lost", "exit-code", "true-words", kind="bad input")
@pytest.mark.parametrize("has_numbers", [True, False])
def test_what_is_undone_cannot_be_undone_again(
    old: Program, new: Program, tmp_path: Path, *, has_numbers: bool
) -> None:
    project = make(old, "hello")
    if not has_numbers:
        for name in ("first", "second"):
            # As of a source without tags, whose versions have no order.
            commit = {"first": "1234567", "second": "89abcde"}[name]
            text = re.sub("_commit: .*", f"_commit: {commit}", answers(project))
            (project / ".copier-answers.yml").write_text(text, encoding="utf-8")
            commit_all(project)
        (project / ".copier-answers.yml").write_text(text.replace("89abcde", "1234567"), encoding="utf-8")
    else:
        assert new("update", "project").code == 0
        commit_all(project)
        assert new("update", "--undo", "project").code == 0
    before = tree(project)

    refused(new("update", "--undo", "project"), 2, "there is no update to undo")

    assert tree(project) == before
    shutil.rmtree(tmp_path / "cache")
    refused(new("update", "--undo", "project"), 2, "there is no update to undo")
    assert tree(project) == before


def test_it_works_without_git_too(old: Program, new: Program) -> None:
    project = make(old, "hello", "--with", "kv", committed=False)
    before = tree(project)

    assert new("update", "project").code == 0
    assert "_commit: v0.2.0\n" in answers(project)

    assert new("update", "--undo", "project").code == 0
    assert tree(project) == before


def test_a_dry_run_shows_everything_and_writes_nothing(old: Program, new: Program) -> None:
    project = make(old, "hello", "--with", "kv")
    before = tree(project)

    shown = new("update", "project", "--dry-run")

    assert shown.code == 0
    assert "v0.1.0 -> v0.2.0" in shown.out
    assert "`hello`: greets with words of your own." in shown.out
    assert "`d1`: recipes" not in shown.out
    assert "greeting (new): Hello" in shown.out
    assert "wrangler.toml: build command" in shown.out
    assert ".github/workflows/ci.yml: the file itself" in shown.out
    assert "+++ b/wrangler.toml" in shown.out
    assert tree(project) == before


def test_the_document_has_all_that_is_shown(old: Program, new: Program) -> None:
    make(old, "hello", "--with", "kv")

    document = new("update", "project", "--dry-run", "--json").document

    assert (document["from"], document["to"], document["conflicts"]) == ("v0.1.0", "v0.2.0", [])
    assert [each["name"] for each in document["questions"]] == ["greeting", "panic_unwind"]
    assert document["additions"] == [{"kind": "kv", "name": "CACHE"}]
    assert ".github/workflows/ci.yml" in document["executed"]
    assert {"file": "README.md", "change": "changed"}.items() <= next(
        each for each in document["files"] if each["file"] == "README.md"
    ).items()


def test_a_new_question_is_answered_by_set(old: Program, new: Program) -> None:
    project = make(old, "hello")

    assert new("update", "project", "--set", "greeting=Moin").code == 0

    assert "greeting: Moin\n" in answers(project)
    assert "| Moin, World! |" in (project / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("given", ["greting=Moin", "panic_unwind=perhaps", "description=no full stop"])
def test_an_answer_that_is_not_legal_is_refused(old: Program, new: Program, given: str) -> None:
    project = make(old, "hello")
    before = tree(project)

    refused(new("update", "project", "--set", given), 2, f"--set {given.partition('=')[0]}")

    assert tree(project) == before


def test_an_answer_that_no_longer_fits_is_never_replaced(old: Program, new: Program) -> None:
    project = make(old, "hello", "--set", "description=A guest book")
    before = tree(project)

    refused(
        new("update", "project"),
        2,
        "the answer for description no longer fits",
        "full stop",
        "update project --set description=",
    )
    assert tree(project) == before

    assert new("update", "project", "--set", "description=A guest book.").code == 0
    assert "description: A guest book.\n" in answers(project)


def test_moved_templates_questions_and_files_are_followed(old: Program, new: Program) -> None:
    project = make(old, "d1", "--set", "database_name=recipes")
    page = project / "src" / "page.rs"
    page.write_text(page.read_text(encoding="utf-8") + "\n// Mine.\n", encoding="utf-8")
    commit_all(project)

    done = new("update", "project")

    assert done.code == 0, done.err + done.out
    assert not page.exists()
    assert (project / "src" / "paging.rs").read_text(encoding="utf-8").endswith("\n// Mine.\n")
    assert "database: recipes\n" in answers(project)
    assert "database_name" not in answers(project)
    assert (project / "migrations" / "0003_add_servings.sql").is_file()


def test_a_template_with_another_id_is_followed(old: Program, new: Program) -> None:
    project = make(old, "bindings", "--with", "cron")

    assert new("update", "project").code == 0

    assert "template: settings\n" in answers(project)


def test_a_conflict_ends_in_5_with_three_stages_and_both_ways_out(old: Program, new: Program) -> None:
    project = make(old, "hello", "--with", "kv")
    readme = project / "README.md"
    readme.write_text(readme.read_text(encoding="utf-8").replace("| a greeting |", "| my own greeting |"))
    commit_all(project)
    before = tree(project)

    refused(new("update", "project"), 5, "README.md", "git -C project add README.md", "update --undo")
    stages = [line.split()[2] for line in git(project, "ls-files", "--unmerged").splitlines()]
    assert stages == ["1", "2", "3"]
    assert "my own greeting" in git(project, "show", ":2:README.md")
    assert "Hello, World!" in git(project, "show", ":3:README.md")
    for command in ("check", "validate", "update"):
        refused(new(command, "project"), 5, "is unfinished", "README.md")

    assert new("update", "--undo", "project").code == 0
    assert tree(project) == before
    assert git(project, "status", "--porcelain") == ""


def test_a_resolved_conflict_is_finished(old: Program, new: Program) -> None:
    project = make(old, "hello")
    readme = project / "README.md"
    readme.write_text(readme.read_text(encoding="utf-8").replace("| a greeting |", "| my own greeting |"))
    commit_all(project)
    new("update", "project")

    text = re.sub(r"<{7}.*?>{7}[^\n]*\n", "| `GET /` | both |\n", readme.read_text(encoding="utf-8"), flags=re.DOTALL)
    readme.write_text(text, encoding="utf-8")
    git(project, "add", "README.md")

    assert new("check", "project").code == 0


def test_a_conflict_without_git_is_finished_when_its_markers_are_gone(old: Program, new: Program) -> None:
    project = make(old, "hello", committed=False)
    readme = project / "README.md"
    readme.write_text(readme.read_text(encoding="utf-8").replace("| a greeting |", "| my own greeting |"))
    refused(new("update", "project"), 5, "README.md")
    refused(new("check", "project"), 5, "README.md")

    readme.write_text("mine\n", encoding="utf-8")

    assert new("check", "project").code == 0


def test_nothing_of_the_owner_is_touched(old: Program, new: Program) -> None:
    project = make(old, "hello")
    (project / "src" / "own.rs").write_text("// tracked\n", encoding="utf-8")
    (project / "run.sh").write_text("#!/bin/sh\n", encoding="utf-8")
    (project / "run.sh").chmod(0o755)
    (project / "link").symlink_to("README.md")
    commit_all(project)
    (project / "untracked.txt").write_text("untracked\n", encoding="utf-8")
    (project / ".dev.vars").write_text("TOKEN=sesame\n", encoding="utf-8")
    (project / "target").mkdir()
    (project / "target" / "ignored").write_text("ignored\n", encoding="utf-8")
    before = tree(project)

    assert new("update", "project").code == 0

    after = tree(project)
    names = ("src/own.rs", "run.sh", "untracked.txt", ".dev.vars", "target/ignored")
    assert {name: after[name] for name in names} == {name: before[name] for name in names}
    assert (project / "link").readlink() == Path("README.md")


def test_line_ends_stay_as_the_owner_has_them(old: Program, new: Program) -> None:
    project = make(old, "hello")
    readme = project / "README.md"
    readme.write_bytes(readme.read_bytes().replace(b"\n", b"\r\n"))
    commit_all(project)

    assert new("update", "project").code == 0

    assert b"Hello, World!" in readme.read_bytes()
    assert readme.read_bytes().count(b"\n") == readme.read_bytes().count(b"\r\n")


def converted(project: Path) -> Path:
    """Return a clone of a project in which git shows CRLF for the LF that it keeps."""
    commit_all(project)
    git(Path.cwd(), "clone", "--quiet", "--config=core.autocrlf=true", str(project), "clone")
    clone = Path("clone").resolve()
    assert b"\r\n" in (clone / "README.md").read_bytes()
    return clone


def test_a_lock_file_that_differs_by_its_line_ends_alone_is_the_templates(old: Program, new: Program) -> None:
    project = make(old, "hello", committed=False)
    git(project, "init", "--quiet")
    clone = converted(project)

    done = new("update", "clone")

    assert done.code == 0, done.err
    lock = (clone / "Cargo.lock").read_bytes()
    assert b'name = "worker"\r\nversion = "0.8.8"\r\n' in lock
    assert lock.count(b"\n") == lock.count(b"\r\n")
    assert "Cargo.lock is yours" not in done.out


def test_a_resolved_conflict_has_the_line_ends_that_git_keeps(old: Program, new: Program) -> None:
    project = make(old, "hello")
    readme = project / "README.md"
    readme.write_text(readme.read_text(encoding="utf-8").replace("| a greeting |", "| my own greeting |"))
    clone = converted(project)
    refused(new("update", "clone"), 5, "README.md")

    text = (clone / "README.md").read_bytes()
    resolved = re.sub(rb"<{7}.*?>{7}[^\n]*\n", b"| `GET /` | both |\r\n", text, flags=re.DOTALL)
    (clone / "README.md").write_bytes(resolved)
    git(clone, "add", "README.md")

    assert git(clone, "diff", "--cached", "--numstat", "README.md").split()[:2] == ["1", "1"]
    assert resolved.count(b"\n") == resolved.count(b"\r\n")


def test_a_link_in_the_place_of_a_file_is_in_conflict_and_stays(old: Program, new: Program) -> None:
    project = make(old, "hello")
    (project / "docs").mkdir()
    (project / "README.md").rename(project / "docs" / "README.md")
    (project / "README.md").symlink_to("docs/README.md")
    commit_all(project)
    before = tree(project)

    refused(new("update", "project"), 5, "README.md: keep it or remove it, then: git -C project add README.md")
    assert (project / "README.md").readlink() == Path("docs/README.md")
    refused(new("check", "project"), 5, "README.md")

    assert new("update", "--undo", "project").code == 0
    assert tree(project) == before
    assert git(project, "status", "--porcelain") == ""


@pytest.mark.parametrize("place", ["README.md", "src"])
def test_undo_replaces_no_link_that_came_after_the_update(old: Program, new: Program, place: str) -> None:
    project = make(old, "hello")
    before = tree(project)
    assert new("update", "project").code == 0
    (project / place).rename(project / "moved")
    (project / place).symlink_to("moved")
    later = tree(project)

    refused(new("update", "--undo", "project"), 2, "is a link now", "move the link away")
    assert tree(project) == later

    (project / place).unlink()
    (project / "moved").rename(project / place)
    assert new("update", "--undo", "project").code == 0
    assert tree(project) == before


def merging(project: Path) -> str:
    git(project, "merge", "--quiet", "--no-commit", "--no-ff", "other")
    return "git -C project merge --continue"


def rebasing(project: Path) -> str:
    (project / "notes").write_text("mine\n", encoding="utf-8")
    commit_all(project)
    with suppress(subprocess.CalledProcessError):
        git(project, "rebase", "other")
    return "git -C project rebase --continue"


def picking(project: Path) -> str:
    git(project, "cherry-pick", "--no-commit", "other")
    (project / ".git" / "CHERRY_PICK_HEAD").write_text(git(project, "rev-parse", "other"), encoding="utf-8")
    return "git -C project cherry-pick --continue"


def bisecting(project: Path) -> str:
    git(project, "bisect", "start", "other", "HEAD")
    return "git -C project bisect reset"


@pytest.mark.parametrize("begin", [merging, rebasing, picking, bisecting], ids=lambda begin: begin.__name__)
def test_an_update_never_gets_into_what_the_user_is_in_the_middle_of(
    old: Program, new: Program, begin: Callable[[Path], str]
) -> None:
    project = make(old, "hello")
    git(project, "switch", "--quiet", "--create", "other")
    (project / "notes").write_text("one\n", encoding="utf-8")
    commit_all(project)
    git(project, "switch", "--quiet", "-")
    finish = begin(project)
    before, status = tree(project), git(project, "status")

    for words in (("update", "project"), ("update", "project", "--stash")):
        refused(new(*words), 2, "is in progress", f"finish it first: {finish}\n")
    (project / ".copier-answers.yml").unlink()
    refused(new("adopt", "project", "--yes", "--stash"), 2)
    git(project, "checkout", "--", ".copier-answers.yml")

    assert tree(project) == before
    assert git(project, "status") == status


def test_a_dollar_sign_in_a_path_is_no_variable(
    old: Program, new: Program, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLACE", "elsewhere")
    start_repository(here / "neighbour")
    (here / "neighbour").rename(here / "elsewhere")
    project = make(old, "d1")
    project.rename(here / "$PLACE")

    assert new("update", "$PLACE").code == 0
    assert new("update", "--undo", "$PLACE").code == 0


def test_a_dirty_tree_is_refused_or_put_aside(old: Program, new: Program) -> None:
    project = make(old, "hello")
    (project / "README.md").write_text("mine, uncommitted\n", encoding="utf-8")
    before = tree(project)
    refused(new("update", "project"), 2, "not committed", "README.md", "--stash")
    assert tree(project) == before

    done = new("update", "project", "--stash")

    assert done.code == 0, done.err
    commit = re.search(r"git stash apply (\w+)", done.out)
    assert commit
    assert git(project, "show", f"{commit[1]}:README.md") == "mine, uncommitted\n"
    assert "_commit: v0.2.0\n" in answers(project)


@pytest.mark.promise("no-byte-lost", "exit-code", "true-words", kind="bad input")
@pytest.mark.parametrize("state", ["no commit", "a merge in conflict"])
def test_what_git_cannot_put_aside_is_refused(old: Program, new: Program, state: str) -> None:
    project = make(old, "hello", committed=state != "no commit")
    if state == "no commit":
        git(project, "init", "--quiet")
        git(project, "add", "--all")
    else:
        git(project, "switch", "--quiet", "--create", "other")
        (project / "README.md").write_text("one\n", encoding="utf-8")
        commit_all(project)
        git(project, "switch", "--quiet", "-")
        (project / "README.md").write_text("two\n", encoding="utf-8")
        commit_all(project)
        with suppress(subprocess.CalledProcessError):
            git(project, "merge", "--quiet", "other")
    before = tree(project)

    dirty = new("update", "project")
    refused(dirty, 2, "not committed", "fix    commit them\n")
    assert "--stash" not in dirty.err
    why = "no commit yet" if state == "no commit" else "README.md in conflict"
    refused(new("update", "project", "--stash"), 2, "cannot be put aside", why)

    assert tree(project) == before


def test_what_was_put_aside_comes_back_if_the_update_is_refused(old: Program, new: Program) -> None:
    project = make(old, "hello")
    (project / "README.md").write_text("mine, uncommitted\n", encoding="utf-8")
    before = tree(project)

    refused(new("update", "project", "--stash", "--set", "greting=Moin"), 2, "greting")

    assert tree(project) == before
    assert git(project, "stash", "list") == ""


def test_a_project_without_a_record_gets_one_by_comparison(old: Program, new: Program) -> None:
    additions = (
        "kv,d1,cron,var:MODE=test,secret,queue-producer,r2,durable-object,ai,analytics,ratelimit,send-email,service:OTHER,"
        "rpc-client:BACKEND,version-metadata,queue-consumer,assets,environment"
    )
    project = make(old, "hello", "--with", additions)
    record = (project / ".scaffold.toml").read_text(encoding="utf-8")
    (project / ".scaffold.toml").unlink()
    commit_all(project)

    done = new("update", "project")

    assert done.code == 0, done.out + done.err
    found = tomllib.loads((project / ".scaffold.toml").read_text(encoding="utf-8"))["addition"]
    wanted = tomllib.loads(record)["addition"]
    assert sorted((each["kind"], each["name"]) for each in found) == sorted(
        (each["kind"], each["name"]) for each in wanted
    )


def test_a_monorepos_subfolder_is_updated_and_the_rest_left_alone(old: Program, new: Program, tmp_path: Path) -> None:
    made = make(old, "hello", "--with", "kv", committed=False)
    repository = tmp_path / "repository"
    (repository / "services").mkdir(parents=True)
    made.rename(repository / "services" / "greeter")
    (repository / "other.txt").write_text("one\n", encoding="utf-8")
    start_repository(repository)
    (repository / "other.txt").write_text("two, uncommitted\n", encoding="utf-8")
    project = repository / "services" / "greeter"
    readme = project / "README.md"
    readme.write_text(readme.read_text(encoding="utf-8").replace("| a greeting |", "| my own greeting |"))
    git(repository, "commit", "--quiet", "--message=mine", "--", "services")

    refused(new("update", str(project)), 5, "README.md")

    assert [line.split("\t")[1] for line in git(repository, "ls-files", "--unmerged").splitlines()] == [
        "services/greeter/README.md"
    ] * 3
    assert new("update", "--undo", str(project)).code == 0
    assert (repository / "other.txt").read_text(encoding="utf-8") == "two, uncommitted\n"
    assert git(repository, "status", "--porcelain") == " M other.txt\n"


def adopted(old: Program, edited: str) -> Path:
    project = upstream.made(Path("app").resolve(), "hello-world", upstream.newest("hello-world", "0.5"), name="app")
    if edited:
        with (project / edited).open("a", encoding="utf-8") as stream:
            stream.write("\n")
    done = old("adopt", "app", "--yes")
    assert done.code == 0, done.err
    start_repository(project)
    return project


def test_an_adopted_project_is_updated_like_one_that_was_made_here(old: Program, new: Program) -> None:
    project = adopted(old, "")

    done = new("update", "app")

    assert done.code == 0, done.err
    assert "_commit: v0.2.0\n" in answers(project)
    assert config(project)["build"]["watch_dir"][-1] == "build.rs"
    assert (new("diff", "app").code, new("check", "app").code) == (0, 0)


@pytest.mark.parametrize("edited", ["src/lib.rs", "Cargo.toml", "wrangler.toml"])
def test_what_an_adopted_project_kept_as_its_own_is_never_in_conflict(old: Program, new: Program, edited: str) -> None:
    project = adopted(old, edited)
    own = {name: (project / name).read_bytes() for name in ("src/lib.rs", "Cargo.toml", "wrangler.toml")}

    done = new("update", "app")

    assert done.code == 0, done.err
    assert "_commit: v0.2.0\n" in answers(project)
    assert {name: (project / name).read_bytes() for name in own} == own
    assert new("diff", "app").code == 0


@pytest.mark.promise("no-byte-lost")
def test_what_a_later_version_adds_to_a_program_is_not_brought_beside_the_owners_own(
    old: Program, new: Program
) -> None:
    project = make(old, "d1", "--with", "kv", committed=False)
    for gone in ("src", "tests", "migrations"):
        shutil.rmtree(project / gone)
    (project / ".copier-answers.yml").unlink()
    (project / ".scaffold.toml").unlink()
    (project / "src").mkdir()
    (project / "src" / "lib.rs").write_text("mod page;\n", encoding="utf-8")
    (project / "src" / "page.rs").write_text("pub struct Page;\n", encoding="utf-8")
    assert old("adopt", "project", "--yes", "--template", "d1").code == 0
    start_repository(project)
    before = tree(project)

    done = new("update", "project")

    assert done.code == 0, done.err
    assert "migrations/0003_add_servings.sql is left out" in done.out
    assert not (project / "migrations").exists()
    assert not (project / "src" / "paging.rs").exists()
    assert (project / "src" / "page.rs").read_text(encoding="utf-8") == "pub struct Page;\n"
    listed = tomllib.loads((project / ".scaffold.toml").read_text(encoding="utf-8"))["own"]
    assert {"migrations/0003_add_servings.sql", "src/paging.rs", "src/lib.rs"} <= set(listed)
    # What is no part of the program, and was the template's, is updated as ever.
    assert ".gitignore" not in listed
    assert "*.log" in (project / ".gitignore").read_text(encoding="utf-8")
    assert new("diff", "project").code == 0
    assert new("update", "--undo", "project").code == 0
    assert tree(project) == before


@pytest.mark.promise("exit-code", "no-byte-lost", kind="bad input")
@pytest.mark.parametrize("text", ["own = 3", 'own = "src/lib.rs"', "own = [3]"])
def test_a_list_of_own_files_that_is_none_is_refused(old: Program, new: Program, text: str) -> None:
    project = make(old, "hello", committed=False)
    (project / ".scaffold.toml").write_text(f"{text}\n", encoding="utf-8")
    start_repository(project)
    before = tree(project)

    refused(new("update", "project"), 2, "own files cannot be understood", ".scaffold.toml")

    assert tree(project) == before


@pytest.mark.promise("exit-code", "no-byte-lost", kind="bad input")
@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("template: d1\n", "", ("does not record which template",)),
        ("template: d1\n", "template: d2\n", ("`d2` is none of its version", "correct `template`")),
        (
            "_commit: v0.1.0\n",
            "_commit: v7.0.0\n",
            ("no version `v7.0.0`", "a later version of this program", "correct `_commit`"),
        ),
    ],
)
def test_a_record_that_names_nothing_is_refused(
    old: Program, new: Program, before: str, after: str, words: tuple[str, ...]
) -> None:
    project = make(old, "d1", committed=False)
    (project / ".copier-answers.yml").write_text(answers(project).replace(before, after), encoding="utf-8")
    start_repository(project)
    whole = tree(project)

    for command in ("update", "diff"):
        refused(new(command, "project"), 2, *words)

    assert tree(project) == whole


def test_what_the_check_finds_in_the_workspace_around_a_member_is_nothing_new(old: Program, new: Program) -> None:
    root = Path("workspace").resolve()
    upstream.made(root / "app", "hello-world", upstream.newest("hello-world", "0.6"), name="app")
    (root / "Cargo.toml").write_text('[workspace]\nresolver = "3"\nmembers = ["app"]\n', encoding="utf-8")
    assert old("adopt", str(root / "app"), "--yes").code == 0
    start_repository(root)
    assert "PJ305" in new("check", str(root / "app")).out

    done = new("update", str(root / "app"))

    assert done.code == 0, done.err
    assert "_commit: v0.2.0\n" in answers(root / "app")


def test_a_member_of_a_cargo_workspace_stays_one(old: Program, new: Program) -> None:
    root = Path("workspace").resolve()
    root.mkdir()
    (root / "Cargo.toml").write_text('[workspace]\nresolver = "3"\nmembers = []\n', encoding="utf-8")
    words = ["--template", "hello", "--defaults", "--no-git", "--no-validate", "--workspace", "join", "--with", "kv"]
    assert old("new", str(root / "greeter"), *words).code == 0
    start_repository(root)
    project = root / "greeter"
    outside = {path: content for path, content in tree(root).items() if not path.startswith("greeter/")}

    done = new("update", str(project))

    assert done.code == 0, done.err
    manifest = tomllib.loads((project / "Cargo.toml").read_text(encoding="utf-8"))
    assert "0.8.8" in str(manifest["dependencies"]["worker"])
    assert "profile" not in manifest
    assert not (project / "Cargo.lock").exists()
    assert {path: content for path, content in tree(root).items() if not path.startswith("greeter/")} == outside
    assert "Cargo.lock" in done.out
    assert "cargo update --workspace" in done.out


def test_a_project_that_stands_outside_of_a_workspace_is_updated(old: Program, new: Program) -> None:
    root = Path("workspace").resolve()
    root.mkdir()
    (root / "Cargo.toml").write_text('[workspace]\nresolver = "3"\nmembers = []\n', encoding="utf-8")
    assert old("new", str(root / "greeter"), "--template", "hello", "--defaults", "--no-git", "--no-validate").code == 0
    start_repository(root)

    assert new("update", str(root / "greeter")).code == 0

    text = (root / "greeter" / "Cargo.toml").read_text(encoding="utf-8")
    assert text.endswith("# Not a member of the Cargo workspace in the folders above.\n[workspace]\n")


def test_several_workers_are_updated_with_what_each_has(
    old: Program, new: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = make(old, "rpc")
    workers = sorted(path.parent for path in project.glob("*/wrangler.toml"))
    for number, worker in enumerate(workers):
        assert old("add", "kv", f"CACHE{number}", "--project", str(worker)).code == 0
    commit_all(project)
    monkeypatch.chdir(workers[0])

    done = new("update", "--json")

    assert done.code == 0, done.err
    assert [each["name"] for each in done.document["additions"]] == ["CACHE0", "CACHE1"]
    for number, worker in enumerate(workers):
        assert config(worker)["kv_namespaces"] == [{"binding": f"CACHE{number}"}]
    assert "0.8.8" in (project / "Cargo.toml").read_text(encoding="utf-8") + "".join(
        (worker / "Cargo.toml").read_text(encoding="utf-8") for worker in workers
    )


def test_a_lock_that_both_changed_stays_with_the_command_that_renews_it(old: Program, new: Program) -> None:
    project = make(old, "hello")
    for name in ("Cargo.lock", "package-lock.json"):
        path = project / name
        path.write_text(path.read_text(encoding="utf-8").replace("1.0", "1.1"), encoding="utf-8")
    commit_all(project)
    lock = (project / "Cargo.lock").read_bytes()

    done = new("update", "project")

    assert done.code == 0, done.err
    assert (project / "Cargo.lock").read_bytes() == lock
    assert "Cargo.lock is yours" in done.out
    assert "cargo update --workspace" in done.out


def test_an_update_that_is_not_committed_is_undone_by_git_if_the_copy_is_gone(
    old: Program, new: Program, tmp_path: Path
) -> None:
    project = make(old, "d1", "--with", "kv")
    (project / "untracked.txt").write_text("mine\n", encoding="utf-8")
    before = tree(project)
    assert new("update", "project").code == 0
    shutil.rmtree(tmp_path / "cache")

    undone = new("update", "--undo", "project")

    assert undone.code == 0, undone.err
    assert tree(project) == before
    assert git(project, "status", "--porcelain") == "?? untracked.txt\n"
    refused(new("update", "--undo", "project"), 2, "there is no update to undo")


def test_undo_keeps_what_the_owner_changed_since(old: Program, new: Program) -> None:
    project = make(old, "hello")
    before = tree(project)
    new("update", "project")
    (project / "README.md").write_text("changed after the update\n", encoding="utf-8")

    undone = new("update", "--undo", "project", "--json")

    assert tree(project) == before
    assert (Path(undone.document["kept"]) / "README.md").read_text(encoding="utf-8") == "changed after the update\n"


def test_without_tools_an_update_that_has_to_be_validated_writes_nothing(
    old: Program, new: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = make(old, "hello")
    before = tree(project)
    monkeypatch.setattr("scaffolder.toolchain.provision.find_tools", missing)

    refused(new("update", "project", "--validate"), 3, "no tools here")

    assert tree(project) == before


def missing(_: object = ()) -> None:
    raise ToolMissing(what="no tools here", where="this test", why="it has none", fix="install some")


def test_an_update_whose_conflicts_git_cannot_note_is_taken_back(old: Program, new: Program) -> None:
    project = make(old, "hello")
    readme = project / "README.md"
    readme.write_text(readme.read_text(encoding="utf-8").replace("| a greeting |", "| my own greeting |"))
    commit_all(project)
    before = tree(project)
    (project / ".git" / "index.lock").touch()

    refused(new("update", "project"), 6, "git failed", "index.lock")

    assert tree(project) == before
    (project / ".git" / "index.lock").unlink()
    refused(new("update", "--undo", "project"), 2, "no update to undo")


def test_a_link_to_what_no_build_may_follow_does_not_stop_an_update(old: Program, new: Program, tmp_path: Path) -> None:
    project = make(old, "hello")
    (tmp_path / ".hidden").mkdir()
    (tmp_path / ".hidden" / "key").write_text("sesame\n", encoding="utf-8")
    (project / "key").symlink_to(tmp_path / ".hidden" / "key")
    commit_all(project)

    done = new("update", "project")

    assert done.code == 0, done.err
    assert (project / "key").readlink() == tmp_path / ".hidden" / "key"
    assert (tmp_path / ".hidden" / "key").read_text(encoding="utf-8") == "sesame\n"
