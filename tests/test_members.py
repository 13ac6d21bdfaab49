"""The members of a Cargo workspace: found as Cargo finds them, by one function for all commands."""

from __future__ import annotations

from pathlib import Path

import pytest

from scaffolder.core.errors import BadInput
from scaffolder.reading.config.members import members
from scaffolder.reading.config.workspace import of_crate

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


@pytest.mark.parametrize("words", [["check", "."], ["check", "a"], ["add", "kv", "X"], ["remove", "kv", "X"]])
@pytest.mark.parametrize("written", ['["a**b"]', '["."]', "5", '["a", 5]', '["\\u0000*"]'])
def test_odd_members_are_no_fault_of_ours(scaffold: Scaffold, here: Path, words: list[str], written: str) -> None:
    write(here / "a", BASE)
    write(here, {"Cargo.toml": f"[workspace]\nmembers = {written}\n"})

    outcome = scaffold(*words)

    assert outcome.code in {0, 1, 2}
    assert "scaffolder itself" not in outcome.err
