"""`scaffold new` inside a Cargo workspace: the project joins it or stands outside, and Cargo never refuses it."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scaffolder.reading.config.workspace import of_crate

from .check import write
from .conftest import Outcome, Scaffold, tree
from .fakes import stage as stages
from .fakes.stage import Stage

ROOT = """\
# All crates.
[workspace]
resolver = "2" # the second
members = [
    "crates/*", # libraries
]
"""
CRATE = '[package]\nname = "{}"\nversion = "0.1.0"\nedition = "2024"\n'
PROFILE = '[profile.release]\nopt-level = "z"\nlto = true\ncodegen-units = 1\n'
UPDATED = 'version = 4\n\n[[package]]\nname = "edge"\n\n[[package]]\nname = "worker"\nversion = "0.8.7"\n'

New = Callable[..., Outcome]


@pytest.fixture
def new(scaffold: Scaffold, here: Path) -> New:
    """Return a function that makes the project workers/edge in a workspace, without asking anything."""

    def run(*words: str, root: str = ROOT, template: str = "hello", dest: str = "workers/edge") -> Outcome:
        write(here, {"Cargo.toml": root, "crates/lib/Cargo.toml": CRATE.format("lib"), "crates/lib/src/lib.rs": ""})
        named = ("--template", template, "--set", "worker_name=edge")
        return scaffold("new", dest, *named, "--defaults", "--no-validate", "--no-git", *words)

    return run


@pytest.fixture
def stage(scaffold: Scaffold, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:  # noqa: ARG001 - ours comes after
    """Set up fake tools, of which `cargo update` writes a lock."""
    monkeypatch.setenv("FAKE_UPDATE", f"printf '{UPDATED.replace(chr(10), chr(92) + 'n')}' > Cargo.lock")
    return stages.set_up(tmp_path / "stage", monkeypatch)


def manifest(folder: Path) -> dict[str, Any]:
    return tomllib.loads((folder / "Cargo.toml").read_text(encoding="utf-8"))


def assert_accepted(scaffold: Scaffold, folder: Path) -> None:
    """Assert that nothing is found in a project, with Cargo's view of it among what is looked at."""
    outcome = scaffold("check", str(folder))

    assert outcome.code == 0, outcome.out
    assert "no findings" in outcome.out


# --- outside ---------------------------------------------------------------------------------


def test_a_project_stands_outside_of_a_workspace_unless_told_otherwise(
    new: New, scaffold: Scaffold, here: Path
) -> None:
    outcome = new()

    assert outcome.code == 0, outcome.err
    assert (here / "Cargo.toml").read_text(encoding="utf-8") == ROOT
    assert manifest(here / "workers" / "edge")["workspace"] == {}
    assert (here / "workers" / "edge" / "Cargo.lock").is_file()
    assert f"The project stands outside of the Cargo workspace {here}, by its own [workspace] table.\n" in outcome.out
    assert " --workspace outside --no-git" in outcome.out
    assert_accepted(scaffold, here / "workers" / "edge")


MATCHING = {
    "a pattern": ("workers/*", 'exclude = ["workers/edge"]\n'),
    "a deep pattern": ("**", 'exclude = ["workers/edge"]\n'),
    "another exclusion": ('workers/*"]\nexclude = ["workers/old', 'exclude = ["workers/old", "workers/edge"]\n'),
}


@pytest.mark.parametrize("name", MATCHING)
def test_a_project_that_a_pattern_matches_is_excluded(new: New, scaffold: Scaffold, here: Path, name: str) -> None:
    listed, excluded = MATCHING[name]
    root = f'# Mine.\n[workspace]\nmembers = ["{listed}"]\n'

    outcome = new(root=root)

    assert outcome.code == 0, outcome.err
    written = (here / "Cargo.toml").read_text(encoding="utf-8")
    assert written == (root if "exclude" not in root else root.replace('exclude = ["workers/old"]\n', "")) + excluded
    workspace = of_crate(here, here)
    assert workspace is not None
    assert here / "workers" / "edge" not in workspace.members()
    assert_accepted(scaffold, here / "workers" / "edge")


AROUND = {
    "in a grandparent": ({"Cargo.toml": ROOT}, "a/b/edge", True),
    "a root package": ({"Cargo.toml": CRATE.format("site") + "[workspace]\n"}, "edge", True),
    "excluded": ({"Cargo.toml": '[workspace]\nexclude = ["workers"]\n'}, "workers/edge", False),
    "excluded by the nearest": (
        {"Cargo.toml": "[workspace]\n", "a/Cargo.toml": '[workspace]\nexclude = ["edge"]\n'},
        "a/edge",
        True,
    ),
    "a package without a workspace": ({"Cargo.toml": CRATE.format("site")}, "edge", False),
    "what a package above points to": (
        {"ws/Cargo.toml": "[workspace]\n", "a/Cargo.toml": CRATE.format("a") + 'workspace = "../ws"\n'},
        "a/edge",
        True,
    ),
    "behind a linked folder": ({"ws/Cargo.toml": "[workspace]\n", "ws/workers/x": ""}, "link/edge", True),
    "beside a workspace through a linked folder": (
        {"ws/Cargo.toml": "[workspace]\n", "y/x": ""},
        "ws/link/edge",
        False,
    ),
}


@pytest.mark.parametrize("name", AROUND)
def test_the_workspace_is_the_one_that_cargo_would_take(scaffold: Scaffold, here: Path, name: str) -> None:
    files, dest, is_inside = AROUND[name]
    write(here, files)
    link = here / Path(dest).parent
    if link.name == "link":
        link.symlink_to(here / ("ws/workers" if dest == "link/edge" else "y"), target_is_directory=True)

    outcome = scaffold("new", dest, "--template", "hello", "--defaults", "--no-validate", "--no-git")

    assert outcome.code == 0, outcome.err
    assert ("workspace" in manifest(here / dest)) == is_inside
    assert {path.name for path in here.iterdir()} == {"neighbour", *(Path(name).parts[0] for name in (*files, dest))}
    assert_accepted(scaffold, here / dest)


def test_a_template_that_is_a_workspace_stands_outside_as_it_is(new: New, scaffold: Scaffold, here: Path) -> None:
    outcome = new(template="rpc")

    assert outcome.code == 0, outcome.err
    assert "--workspace join" not in outcome.out
    assert manifest(here / "workers" / "edge")["workspace"]["members"]
    assert_accepted(scaffold, here / "workers" / "edge")


def test_an_existing_folder_is_filled_within_a_workspace(new: New, scaffold: Scaffold, here: Path) -> None:
    (here / "workers" / "edge").mkdir(parents=True)

    assert new(root='[workspace]\nmembers = ["crates/*", "work*/*"]\n').code == 0

    assert manifest(here)["workspace"]["exclude"] == ["workers/edge"]
    assert_accepted(scaffold, here / "workers" / "edge")


# --- joined ----------------------------------------------------------------------------------


def test_a_project_joins_with_its_profile_and_without_a_lock(
    new: New, scaffold: Scaffold, stage: Stage, here: Path
) -> None:
    outcome = new("--workspace", "join")

    assert outcome.code == 0, outcome.err
    joined = ROOT.replace("# libraries\n", '# libraries\n    "workers/edge",\n')
    assert (here / "Cargo.toml").read_text(encoding="utf-8") == f"{joined}\n{PROFILE}"
    assert (here / "Cargo.lock").read_text(encoding="utf-8") == UPDATED
    assert "profile" not in manifest(here / "workers" / "edge")
    assert not (here / "workers" / "edge" / "Cargo.lock").exists()
    assert "Cargo.lock" not in outcome.out.partition("The project joins")[0]
    assert f"{here}/Cargo.lock has its packages.\n" in outcome.out
    assert_accepted(scaffold, here / "workers" / "edge")
    assert not list((stage.cache / "work").glob("workspace-*"))


def test_cargo_sees_the_new_member_beside_the_others(
    new: New, stage: Stage, here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = tmp_path / "seen"
    monkeypatch.setenv("FAKE_UPDATE", f"find . -type f | sort > {seen}; cat Cargo.toml >> {seen}")
    write(here, {"crates/lib/notes.txt": "", "Cargo.lock": "version = 4\n", ".cargo/config.toml": ""})

    assert new("--workspace", "join").code == 0

    text = seen.read_text(encoding="utf-8")
    assert "./.cargo/config.toml" in text
    assert {"./crates/lib/Cargo.toml", "./crates/lib/src/lib.rs", "./workers/edge/src/lib.rs"} <= {*text.split("\n")}
    assert "notes.txt" not in text
    assert '"workers/edge",\n' in text
    assert (here / "Cargo.lock").read_text(encoding="utf-8") == "version = 4\n"
    assert stage.cache.is_dir()


def test_without_cargo_the_lock_of_the_template_begins_that_of_the_workspace(
    new: New, scaffold: Scaffold, here: Path
) -> None:
    outcome = new("--workspace", "join")

    assert outcome.code == 0, outcome.err
    assert 'name = "worker"' in (here / "Cargo.lock").read_text(encoding="utf-8")
    assert f"To complete its Cargo.lock: cargo update --workspace, in {here}\n" in outcome.out
    assert_accepted(scaffold, here / "workers" / "edge")


@pytest.mark.usefixtures("stage")
def test_a_member_that_a_pattern_lists_is_not_listed_again(new: New, scaffold: Scaffold, here: Path) -> None:
    root = '[workspace]\nmembers = ["workers/*"]\n'

    outcome = new("--workspace", "join", root=root)

    assert (here / "Cargo.toml").read_text(encoding="utf-8") == f"{root}\n{PROFILE}"
    assert "The project is a member of the Cargo workspace" in outcome.out
    assert_accepted(scaffold, here / "workers" / "edge")


PROFILES = {
    "another": ("[profile.release]\nopt-level = 3\n", "The workspace's own profile `release` applies"),
    "the same": (PROFILE, ""),
}


@pytest.mark.usefixtures("stage")
@pytest.mark.parametrize("name", PROFILES)
def test_a_profile_of_the_workspace_stays(new: New, scaffold: Scaffold, here: Path, name: str) -> None:
    profile, note = PROFILES[name]
    root = f'[workspace]\nmembers = ["workers/*"]\n\n{profile}'

    outcome = new("--workspace", "join", root=root)

    assert (here / "Cargo.toml").read_text(encoding="utf-8") == root
    assert note in outcome.out
    assert ("own profile" in outcome.out) == bool(note)
    assert_accepted(scaffold, here / "workers" / "edge")


@pytest.mark.usefixtures("stage")
def test_a_member_that_is_listed_by_name_joins_by_itself(new: New, scaffold: Scaffold, here: Path) -> None:
    assert new(root='[workspace]\nmembers = ["workers/edge"]\n').code == 0

    assert "workspace" not in manifest(here / "workers" / "edge")
    assert_accepted(scaffold, here / "workers" / "edge")


@pytest.mark.usefixtures("stage")
def test_what_is_added_to_a_member_is_added_to_the_project(new: New, scaffold: Scaffold, here: Path) -> None:
    assert new("--workspace", "join", "--with", "kv,cron").code == 0

    assert_accepted(scaffold, here / "workers" / "edge")


# --- refused ---------------------------------------------------------------------------------

REFUSED = {
    "no workspace": (("--workspace", "join"), CRATE.format("site"), "hello", "no Cargo.toml above has a `[workspace]`"),
    "nested": (("--workspace", "join"), ROOT, "rpc", "`rpc` is a workspace itself"),
    "listed by name": (
        ("--workspace", "outside"),
        '[workspace]\nmembers = ["workers/edge"]\n',
        "hello",
        "lists `workers/edge` by name",
    ),
    "another of its name": (
        ("--workspace", "join"),
        CRATE.format("edge") + ROOT.replace("# All crates.\n", ""),
        "hello",
        "has a package `edge` already",
    ),
    "a broken manifest": (
        ("--workspace", "join"),
        'workspace.members = ["crates/*"]\nworkspace = 1\n',
        "hello",
        "does not parse",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_is_refused_and_nothing_is_written(new: New, here: Path, name: str) -> None:
    words, root, template, why = REFUSED[name]

    outcome = new(*words, root=root, template=template)

    assert outcome.code == 2
    assert why in outcome.err
    assert not (here / "workers").exists()
    assert (here / "Cargo.toml").read_text(encoding="utf-8") == root


CONFLICT = "error: failed to select a version for `wasm-bindgen`."


def test_versions_that_do_not_go_together_are_refused_with_cargos_words(
    new: New, stage: Stage, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAKE_UPDATE", f"echo '{CONFLICT}' >&2; echo required by $PWD/crates/lib >&2; exit 101")

    outcome = new("--workspace", "join")

    assert outcome.code == 2
    assert CONFLICT in outcome.err
    assert f"required by {here}/crates/lib\n" in outcome.err
    assert "--workspace outside" in outcome.err
    assert (here / "Cargo.toml").read_text(encoding="utf-8") == ROOT
    assert not (here / "workers").exists()
    assert stage.cache.is_dir()


def test_a_registry_out_of_reach_is_no_reason_to_refuse(
    new: New, stage: Stage, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAKE_UPDATE", "echo 'error: failed to download: could not resolve host' >&2; exit 101")

    outcome = new("--workspace", "join")

    assert outcome.code == 0, outcome.err
    assert "To complete its Cargo.lock" in outcome.out
    assert (here / "workers" / "edge").is_dir()
    assert stage.cache.is_dir()


@pytest.mark.parametrize("choice", ["join", "outside"])
def test_a_dry_run_changes_nothing_around_the_project(new: New, here: Path, choice: str) -> None:
    outcome = new("--dry-run", "--workspace", choice, root='[workspace]\nmembers = ["workers/*"]\n')
    before = tree(here)

    assert outcome.code == 0, outcome.err
    assert set(before) == {*before} - {"workers", "Cargo.lock"}
    assert (here / "Cargo.toml").read_text(encoding="utf-8") == '[workspace]\nmembers = ["workers/*"]\n'


@pytest.mark.usefixtures("stage")
@pytest.mark.parametrize("is_there", [False, True], ids=["a new folder", "an empty one"])
def test_a_workspace_that_cannot_be_written_leaves_no_project(new: New, here: Path, *, is_there: bool) -> None:
    write(here, {"Cargo.toml": ROOT, "Cargo.lock": "version = 4\n"})
    (here / "Cargo.lock").chmod(0o444)
    if is_there:
        (here / "workers" / "edge").mkdir(parents=True)

    outcome = new("--workspace", "join")

    assert outcome.code == 6
    assert "it is read-only" in outcome.err
    assert (here / "Cargo.toml").read_text(encoding="utf-8") == ROOT
    assert not (here / "workers").exists() or not list((here / "workers" / "edge").iterdir())
