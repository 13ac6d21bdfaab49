"""`scaffold update` from any Copier source, from a clone of the catalogue, and what it refuses."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scaffolder.catalogue import manifests
from scaffolder.commands import update
from scaffolder.updating import version_numbers

from . import two_versions
from .conftest import ROOT, Scaffold, commit_all, copy_plainly, git, start_repository, tree
from .terminal import ENTER, ERASE_LINE, Terminal
from .test_update import Program, answers, catalogues, config, make, new, old, refused

__all__ = ["catalogues", "new", "old"]

ADDRESS = "https://git.example.com/team/catalogue.git"

Serve = Callable[..., Path]


@pytest.fixture
def serve(tmp_path: Path) -> Serve:
    """Return a function that serves folders as the tags of a repository at an address."""

    def run(address: str, **tags: Path) -> Path:
        work, bare = tmp_path / "served", tmp_path / "served.git"
        for tag, folder in tags.items():
            for path in work.iterdir() if work.exists() else ():
                if path.name != ".git":
                    shutil.rmtree(path) if path.is_dir() else path.unlink()
            shutil.copytree(folder, work, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".git"))
            if not (work / ".git").exists():
                git(work, "init", "--quiet", "--initial-branch=main")
            commit_all(work)
            git(work, "tag", tag.replace("_", "."))
        git(tmp_path, "clone", "--quiet", "--bare", str(work), str(bare))
        redirect(bare, address)
        return bare

    return run


def redirect(place: Path, address: str) -> None:
    """Make the user's git take a place for an address."""
    settings = Path(os.environ["GIT_CONFIG_GLOBAL"])
    text = settings.read_text(encoding="utf-8")
    settings.write_text(f'{text}[url "{place}"]\ninsteadOf = {address}\n', encoding="utf-8")


def copied(source: str, ref: str, **data: str) -> Path:
    copy_plainly(source, Path("project"), ref, **data)
    project = Path("project").resolve()
    start_repository(project)
    return project


def test_a_project_of_another_source_gets_its_newest_tag(
    scaffold: Scaffold, catalogues: tuple[Path, Path], serve: Serve
) -> None:
    serve(ADDRESS, v0_1_0=catalogues[0], v0_2_0=catalogues[1])
    project = copied(ADDRESS, "v0.1.0", template="hello")
    assert scaffold("add", "kv", "CACHE", "--project", "project").code == 0
    commit_all(project)

    done = scaffold("update", "project")

    assert done.code == 0, done.err
    assert f"_commit: v0.2.0\n_src_path: {ADDRESS}\n" in answers(project)
    assert config(project)["kv_namespaces"] == [{"binding": "CACHE"}]
    assert scaffold("diff", "project").code == 0


def test_the_placeholder_is_asked_only_where_git_redirects_it(
    scaffold: Scaffold, catalogues: tuple[Path, Path], serve: Serve
) -> None:
    project = make(scaffold, "hello")
    refused(scaffold("update", "project", "--to", "0.2.0"), 2, "there is no version `0.2.0`", "0.1.0")

    serve("https://github.com/org/templates.git", v0_1_0=catalogues[0], v0_2_0=catalogues[1])

    assert scaffold("update", "project", "--to", "0.2.0").code == 0
    assert "_commit: v0.2.0\n_src_path: gh:org/templates\n" in answers(project)


def test_a_template_of_its_own_is_updated_too(scaffold: Scaffold, tmp_path: Path, serve: Serve) -> None:
    for name, version in (("one", "1"), ("two", "2")):
        made = tmp_path / name
        (made / "src").mkdir(parents=True)
        (made / "copier.yml").write_text("name: {type: str, default: tiny}\n_exclude: [copier.yml, .git]\n")
        (made / "{{ _copier_conf.answers_file }}.jinja").write_text("{{ _copier_answers|to_nice_yaml }}")
        (made / "Cargo.toml.jinja").write_text(
            f'[package]\nname = "{{{{ name }}}}"\nversion = "{version}.0.0"\n\n[lib]\ncrate-type = ["cdylib"]\n\n'
            '[dependencies]\nworker = "0.8"\n'
        )
        (made / "src" / "lib.rs").write_text("//! Nothing yet.\n", encoding="utf-8")
        (made / "wrangler.toml.jinja").write_text(
            'name = "{{ name }}"\nmain = "build/index.js"\ncompatibility_date = "2026-01-01"\n\n'
            '[build]\ncommand = "worker-build --release"\n'
        )
    serve(ADDRESS, v1_0_0=tmp_path / "one", v2_0_0=tmp_path / "two")
    project = copied(ADDRESS, "v1.0.0", name="small")

    done = scaffold("update", "project", "--json")
    assert done.code == 0, done.err + done.out
    assert done.document["to"] == "v2.0.0"

    text = (project / "Cargo.toml").read_text(encoding="utf-8")
    assert text.startswith('[package]\nname = "small"\nversion = "2.0.0"\n')
    assert "_commit: v2.0.0\n" in answers(project)


def test_tasks_of_a_template_are_refused(
    scaffold: Scaffold, catalogues: tuple[Path, Path], tmp_path: Path, serve: Serve
) -> None:
    later = tmp_path / "later"
    shutil.copytree(catalogues[1], later)
    copier = later / "copier.yml"
    copier.write_text("_tasks: [touch ran]\n" + copier.read_text(encoding="utf-8"), encoding="utf-8")
    serve(ADDRESS, v0_1_0=catalogues[0], v0_2_0=later)
    project = copied(ADDRESS, "v0.1.0", template="hello")
    before = tree(project)

    refused(scaffold("update", "project"), 4, "wants to run code")

    assert tree(project) == before


@pytest.mark.parametrize("command", ["update", "diff"])
def test_a_source_out_of_reach_is_one_error(
    scaffold: Scaffold, catalogues: tuple[Path, Path], serve: Serve, command: str
) -> None:
    bare = serve(ADDRESS, v0_1_0=catalogues[0])
    project = copied(ADDRESS, "v0.1.0", template="hello")
    before = tree(project)
    shutil.rmtree(bare)

    refused(scaffold(command, "project"), 6, "the repository cannot be fetched", ADDRESS)

    assert tree(project) == before


def test_a_clone_of_the_catalogue_knows_its_own_commits(
    scaffold: Scaffold, catalogues: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clone = tmp_path / "clone"
    shutil.copytree(catalogues[0], clone)
    start_repository(clone)
    monkeypatch.setattr(manifests, "INSIDE_WHEEL", clone)
    manifests.pins.cache_clear()
    project = make(scaffold, "hello")
    first = git(clone, "rev-parse", "--short", "HEAD").strip()
    assert first in answers(project)

    later = tmp_path / "later"
    shutil.copytree(catalogues[1], later)
    (clone / ".git").rename(later / ".git")
    commit_all(later)
    two_versions.use(later)
    done = scaffold("update", "project")
    manifests.pins.cache_clear()

    assert done.code == 0, done.err
    assert git(later, "rev-parse", "--short", "HEAD").strip() in answers(project)
    assert "0.8.8" in (project / "Cargo.toml").read_text(encoding="utf-8")


# --- what is refused ---------------------------------------------------------------------------------------------


def no_folder(_: Path) -> None:
    Path("project").rename("elsewhere")


def no_record(project: Path) -> None:
    (project / ".copier-answers.yml").unlink()
    commit_all(project)


def no_version(project: Path) -> None:
    path = project / ".copier-answers.yml"
    path.write_text(answers(project).replace("_commit: v0.1.0\n", ""), encoding="utf-8")
    commit_all(project)


def unknown_version(project: Path) -> None:
    path = project / ".copier-answers.yml"
    path.write_text(answers(project).replace("v0.1.0", "v0.0.7"), encoding="utf-8")
    commit_all(project)


def broken_record(project: Path) -> None:
    (project / ".copier-answers.yml").write_text("- not\n- answers\n", encoding="utf-8")
    commit_all(project)


def broken_additions(project: Path) -> None:
    (project / ".scaffold.toml").write_text("addition = 7\n", encoding="utf-8")
    commit_all(project)


def no_worker(project: Path) -> None:
    (project / "wrangler.toml").unlink()
    commit_all(project)


def detached(project: Path) -> None:
    git(project, "checkout", "--quiet", "--detach")


def shallow(project: Path) -> None:
    commit_all(project) if git(project, "status", "--porcelain") else None
    (project / "more").write_text("more\n", encoding="utf-8")
    commit_all(project)
    project.rename("whole")
    git(Path.cwd(), "clone", "--quiet", "--depth=1", Path("whole").resolve().as_uri(), "project")


def staged(project: Path) -> None:
    (project / "README.md").write_text("mine\n", encoding="utf-8")
    git(project, "add", "README.md")


BAD = {
    no_folder: "there is no such folder",
    no_record: "records no template",
    no_version: "does not record the version",
    unknown_version: "there is no version `v0.0.7`",
    broken_record: "cannot read the answers file",
    broken_additions: "record of additions",
    no_worker: "not a Rust Worker",
    detached: "detached HEAD",
    shallow: "shallow clone",
    staged: "not committed",
}


@pytest.mark.parametrize("spoil", BAD, ids=lambda spoil: spoil.__name__)
def test_a_project_that_cannot_be_updated_is_refused_in_one_block(
    old: Program, new: Program, spoil: Callable[[Path], None]
) -> None:
    project = make(old, "hello")
    spoil(project)
    before = tree(Path.cwd())

    outcome = new("update", "project")

    refused(outcome, 2, BAD[spoil])
    assert [line for line in outcome.err.splitlines() if line.startswith("refused: ")] == outcome.err.splitlines()[:1]
    assert tree(Path.cwd()) == before


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (["--to", "9.9.9"], "there is no version `9.9.9`"),
        (["--to", "--upload-pack=x"], "expected one argument"),
        (["--to=--upload-pack=x"], "there is no version `--upload-pack=x`"),
        (["--to", "../../etc"], "there is no version `../../etc`"),
        (["--undo", "--to", "0.2.0"], "--to does not apply to --undo"),
        (["--undo"], "there is no update to undo"),
        (["--set", "greeting"], "KEY=VALUE"),
    ],
)
def test_an_argument_that_is_not_valid_is_refused(old: Program, new: Program, words: list[str], what: str) -> None:
    project = make(old, "hello")
    before = tree(project)

    refused(new("update", "project", *words), 2, what)

    assert tree(project) == before


def test_a_version_before_that_of_the_project_is_refused(old: Program, new: Program) -> None:
    make(new, "hello")

    refused(new("update", "project", "--to", "0.1.0"), 2, "v0.1.0 is older than v0.2.0")
    refused(old("update", "project"), 2, "there is no version `v0.2.0`")


@pytest.mark.parametrize(
    ("described", "expected"),
    [
        ("v1.2.3", (1, 2, 3)),
        ("1.2", (1, 2)),
        ("v3", (3,)),
        ("4", (4,)),
        ("4-2-g89abcde", (4,)),
        ("v0.1.0-3-g89abcde", (0, 1, 0)),
        ("89abcde", ()),
        ("9abcdef", ()),
        ("1234567", ()),
        ("abcdef1", ()),
        ("main", ()),
    ],
)
def test_the_hash_of_a_commit_is_no_number_of_a_version(described: str, expected: tuple[int, ...]) -> None:
    assert version_numbers.numbers(described) == expected


def test_a_template_that_is_gone_is_refused(old: Program, new: Program) -> None:
    project = make(old, "email")
    before = tree(project)

    refused(new("update", "project"), 2, "the template `email` is gone", "hello")

    assert tree(project) == before


def test_diff_shows_what_the_owner_changed_and_what_an_update_would_bring(old: Program, new: Program) -> None:
    project = make(old, "hello", "--with", "kv,cron,environment:staging")
    assert (new("diff", "project").code, new("diff", "project").out) == (0, "")

    (project / "README.md").write_text("mine\n", encoding="utf-8")
    (project / "src" / "own.rs").write_text("// mine\n", encoding="utf-8")
    (project / ".dev.vars").write_text("TOKEN=sesame\n", encoding="utf-8")
    own = new("diff", "project", "--json")
    assert own.code == 1
    assert [each["file"] for each in own.document["files"]] == ["README.md", "src/own.rs"]
    assert "sesame" not in own.out

    later = new("diff", "project", "--to", "0.2.0")
    assert later.code == 1
    assert "+++ b/wrangler.toml" in later.out
    assert (project / "README.md").read_text(encoding="utf-8") == "mine\n"
    refused(new("diff", "project", "--to", "7"), 2, "there is no version `7`")


def test_an_update_from_another_source_is_built_only_with_consent_to_its_hash(
    scaffold: Scaffold, catalogues: tuple[Path, Path], serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare = serve(ADDRESS, v0_1_0=catalogues[0], v0_2_0=catalogues[1])
    project = copied(ADDRESS, "v0.1.0", template="hello")
    (project.parent / "fleet.txt").write_text("project\n", encoding="utf-8")
    before, built = tree(project), list[str]()
    monkeypatch.setattr(update, "_validate", lambda folder, *_: built.append(folder.name))
    commit = git(bare, "rev-parse", "v0.2.0^{commit}").strip()

    for words in (("update", "project", "--validate"), ("fleet", "fleet.txt", "update")):
        for given in ((), ("--trust", "0" * 40)):
            refused = scaffold(*words, *given)
            assert refused.code == 4, refused.out + refused.err
            assert commit in refused.out + refused.err
    assert (tree(project), built) == (before, [])

    assert scaffold("update", "project", "--validate", "--trust", commit).code == 0
    assert built == ["project"]


# --- at a terminal -----------------------------------------------------------------------------------------------

PROGRAM = """\
import sys
from pathlib import Path
from scaffolder.catalogue import manifests
manifests.INSIDE_WHEEL = Path(sys.argv[1])
from scaffolder.cli.main import main
sys.argv[0] = "scaffold"
sys.exit(main(sys.argv[2:]))
"""


@pytest.fixture
def terminal(catalogues: tuple[Path, Path], here: Path, tmp_path: Path) -> Iterator[Callable[..., Terminal]]:
    """Return a function that runs the later program in a terminal."""
    script = tmp_path / "program.py"
    script.write_text(PROGRAM, encoding="utf-8")
    started: list[Terminal] = []

    def start(*words: str) -> Terminal:
        env = {"SCAFFOLD_CACHE": str(here.parent / "cache"), "PYTHONPATH": str(ROOT)}
        argv = [sys.executable, str(script), str(catalogues[1]), *words]
        started.append(Terminal(argv, cwd=here, env=env, columns=120, rows=200))
        return started[-1]

    yield start
    for each in started:
        each.close()


def test_a_terminal_is_asked_what_is_new_and_what_no_longer_fits(
    old: Program, terminal: Callable[..., Terminal]
) -> None:
    project = make(old, "hello", "--set", "description=A guest book")

    screen = terminal("update", "project")
    screen.wait_for("A guest book no longer fits")
    screen.type(ERASE_LINE, "A guest book.", ENTER)
    screen.wait_for("With which words does it greet? (new in this version)")
    screen.type("Moin", ENTER)
    screen.wait_for("(y/N)")
    screen.type(ENTER)
    screen.wait_for("Write these changes to")
    screen.type(ENTER)

    assert screen.end() == 0
    assert "greeting: Moin\n" in answers(project)
    assert "description: A guest book.\n" in answers(project)


def test_who_does_not_want_the_changes_gets_none(old: Program, terminal: Callable[..., Terminal]) -> None:
    project = make(old, "hello")
    before = tree(project)

    screen = terminal("update", "project", "--set", "greeting=Moin", "--set", "panic_unwind=false")
    screen.wait_for("Write these changes to")
    screen.type("n")

    assert screen.end() == 130
    assert tree(project) == before
