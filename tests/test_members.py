"""The members of a Cargo workspace: found as Cargo finds them, by one function for all commands."""

from __future__ import annotations

from pathlib import Path

import pytest

from scaffolder.core.errors import BadInput
from scaffolder.reading.config.members import members
from scaffolder.reading.config.workspace import around, claimed_by, of_crate

from .check import BASE, write
from .conftest import Scaffold

FOLDERS = ("a", "b", "c/x", "c/y", "c/.hidden")

ODD = ["a**b", "c/***", "**c", "a\0b", "a\0/*"]
"""Patterns that Cargo refuses, the last two of which TOML can express."""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Make the folders of some crates, and a file beside them."""
    for folder in FOLDERS:
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "c" / "file").touch()
    return tmp_path


@pytest.mark.parametrize(
    ("workspace", "found"),
    [
        ({"members": ["b", "a"]}, ["b", "a"]),
        ({"members": ["a", "./a", "b/../a"]}, ["a"]),
        ({"members": ["c/*"]}, ["c/.hidden", "c/x", "c/y"]),
        ({"members": ["c/?", "nothing*", "nothing"]}, ["c/x", "c/y"]),
        ({"members": [".", "./", "", "a"]}, ["a"]),
        ({"members": ["c/*"], "exclude": ["c/x"]}, ["c/.hidden", "c/y"]),
        ({"members": ["c/*"], "exclude": ["c"]}, []),
        ({"members": ["a", "b"], "exclude": ["a"]}, ["a", "b"]),
        ({"members": ["a"], "exclude": "a"}, ["a"]),
        ({"members": "a"}, []),
        ({"members": 5, "exclude": 5}, []),
        ({"members": [1, None, ["a"], "a"]}, ["a"]),
        ({}, []),
        (None, []),
        ("a", []),
    ],
)
def test_members_are_those_that_cargo_finds(root: Path, workspace: object, found: list[str]) -> None:
    assert members(root, workspace) == [root / each for each in found]


def test_a_member_may_be_given_by_its_whole_path(root: Path) -> None:
    assert members(root, {"members": [str(root / "a")]}) == [root / "a"]


@pytest.mark.parametrize("pattern", ODD, ids=ascii)
def test_a_pattern_that_means_nothing_is_refused(root: Path, pattern: str) -> None:
    with pytest.raises(BadInput):
        members(root, {"members": [pattern]})


def test_a_workspace_has_the_members_that_its_manifest_names(root: Path) -> None:
    write(root, {"Cargo.toml": '[workspace]\nmembers = ["a", "c/*"]\nexclude = ["c/y"]\n'})

    workspace = of_crate(root, root)

    assert workspace is not None
    assert workspace.members() == [root / "a", root / "c" / ".hidden", root / "c" / "x"]


def package(name: str, more: str = "") -> str:
    return f'[package]\nname = "{name}"\n{more}'


def test_crates_that_members_depend_on_by_path_are_members(root: Path) -> None:
    inherited = '[target."cfg(unix)".build-dependencies]\ny.workspace = true\n'
    shared = '[workspace]\nmembers = ["a"]\n[workspace.dependencies]\ny = { path = "c/y" }\n'
    files = {
        "Cargo.toml": shared,
        "a/Cargo.toml": package("a", '[dev-dependencies]\nx = { path = "../c/x" }\nelse = { path = "../../else" }\n'),
        "c/x/Cargo.toml": package("x", inherited),
        "c/y/Cargo.toml": package("y"),
        "b/Cargo.toml": package("b"),
    }
    write(root, files)

    workspace = of_crate(root, root / "c" / "y")

    assert workspace is not None
    assert workspace.members() == [root / "a", root / "c" / "x", root / "c" / "y"]
    assert of_crate(root, root / "b") is None


@pytest.mark.parametrize("levels", [1, 5])
def test_a_workspace_is_found_at_any_height_and_above_a_repository(root: Path, levels: int) -> None:
    folder = root.joinpath(*map(str, range(levels)))
    write(root, {"Cargo.toml": f'[workspace]\nmembers = ["{folder.relative_to(root)}"]\n'})
    write(folder, {"Cargo.toml": package("deep"), ".git/HEAD": ""})

    workspace = of_crate(folder, folder)

    assert workspace is not None
    assert workspace.folder == root
    assert [*around(folder)] == [root]


CLAIMS = {
    "an unlisted crate": ({"Cargo.toml": "[workspace]\n"}, "."),
    "an excluded crate": ({"Cargo.toml": '[workspace]\nexclude = ["c"]\n'}, None),
    "a crate excluded by the nearest": (
        {"Cargo.toml": "[workspace]\n", "c/Cargo.toml": '[workspace]\nexclude = ["x"]\n'},
        ".",
    ),
    "a crate listed by a farther one": (
        {"Cargo.toml": '[workspace]\nmembers = ["c/x"]\n', "c/Cargo.toml": "[workspace]\n"},
        "c",
    ),
    "a package above": ({"Cargo.toml": package("site")}, None),
    "a pointer": ({"Cargo.toml": "[workspace]\n", "c/x/Cargo.toml": package("x", 'workspace = "../../b"\n')}, "b"),
    "a pointer of a crate above": ({"c/Cargo.toml": package("c", 'workspace = "../a"\n')}, "a"),
}
"""Manifests, and the folder of the workspace for whose member Cargo takes the crate c/x."""


@pytest.mark.parametrize("name", CLAIMS)
def test_the_workspace_that_claims_a_crate_is_the_one_that_cargo_takes(root: Path, name: str) -> None:
    files, claimed = CLAIMS[name]
    others = {f"{each}/Cargo.toml": "[workspace]\n" for each in "ab"}
    write(root, {**others, "c/x/Cargo.toml": package("x"), **files})

    workspace = claimed_by(root, root / "c" / "x")

    assert (workspace and workspace.folder) == (claimed and root / claimed)


@pytest.mark.parametrize("words", [["check", "."], ["check", "a"], ["add", "kv", "X"], ["remove", "kv", "X"]])
@pytest.mark.parametrize("written", ['["a**b"]', '["."]', "5", '["a", 5]', '["\\u0000*"]'])
def test_odd_members_are_no_fault_of_ours(scaffold: Scaffold, here: Path, words: list[str], written: str) -> None:
    write(here / "a", BASE)
    write(here, {"Cargo.toml": f"[workspace]\nmembers = {written}\n"})

    outcome = scaffold(*words)

    assert outcome.code in {0, 1, 2}
    assert "scaffolder itself" not in outcome.err
