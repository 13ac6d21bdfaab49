"""The kinds of `scaffold add` are known by their attributes: no module but a kind's own asks for its name."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from scaffolder.editing.kind import Kind
from scaffolder.editing.kind_registry import kinds

from . import covering
from .check import BASE, write
from .conftest import ROOT, Scaffold, tree

PACKAGE = ROOT / "scaffolder"


def name_tests(text: str) -> list[int]:
    """Return the lines of a module that compare a kind's name, or look it up in a table."""
    tree = ast.parse(text)
    compared = [node for node in ast.walk(tree) if isinstance(node, ast.Compare)]
    indexed = [node for node in ast.walk(tree) if isinstance(node, ast.Subscript)]
    called = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(".get")]
    parts = [
        *(part for node in compared for part in (node.left, *node.comparators)),
        *(node.slice for node in indexed),
        *(argument for node in called for argument in node.args),
    ]
    return [part.lineno for part in parts if ast.unparse(part) == "kind.name"]


def test_no_module_outside_of_the_kinds_asks_which_kind_it_has() -> None:
    modules = [path for path in PACKAGE.rglob("*.py") if path.parent.name != "kinds"]

    found = {path.name: name_tests(path.read_text(encoding="utf-8")) for path in modules}

    assert {name: places for name, places in found.items() if places} == {}


@pytest.mark.parametrize(
    "line", ['kind.name == "cron"', 'kind.name not in {"cron"}', "TABLE[kind.name]", "TABLE.get(kind.name, 1)"]
)
def test_each_way_to_ask_for_it_is_seen(line: str) -> None:
    assert name_tests(line) == [1]


RENAMED = [kind for kind in kinds().values() if kind.binding and kind.argument.startswith("NAME")]


@pytest.mark.parametrize("kind", RENAMED, ids=lambda kind: kind.name)
def test_what_was_renamed_can_be_removed_and_leaves_nothing(
    kind: Kind, here: Path, monkeypatch: pytest.MonkeyPatch, scaffold: Scaffold
) -> None:
    monkeypatch.chdir(write(here / "project", BASE))
    before, argument = tree(here), covering.name_of(kind)
    name = argument.partition("=")[0]

    for step in (("add", kind.name, argument), ("rename", kind.name, name, "RENAMED")):
        outcome = scaffold(*step)
        assert outcome.code == 0, outcome.err
    outcome = scaffold("remove", kind.name, "RENAMED", *(["--never-deployed"] if kind.name in DEPLOYED else []))

    assert outcome.code == 0, outcome.err
    # The migrations of a database are its owner's from the start.
    assert {path: each for path, each in tree(here).items() if "/migrations" not in path} == before


DEPLOYED = {"durable-object", "container"}
"""Kinds whose class stays declared in case that it was deployed, unless the user knows better."""


def test_the_module_of_a_client_that_other_rust_names_stays_and_the_removal_names_its_reason(
    here: Path, monkeypatch: pytest.MonkeyPatch, scaffold: Scaffold
) -> None:
    project = write(here / "project", BASE)
    monkeypatch.chdir(project)
    assert scaffold("add", "rpc-client", "SHOP").code == 0
    root = project / "src" / "lib.rs"
    root.write_text(f"{root.read_text(encoding='utf-8')}\npub use shop::Client;\n", encoding="utf-8")
    assert scaffold("rename", "rpc-client", "SHOP", "STORE").code == 0
    assert (project / "src" / "shop.rs").is_file()
    before = tree(project)

    outcome = scaffold("remove", "rpc-client", "STORE")

    assert outcome.code == 5
    assert "`pub store: crate::store::Client,` is not in it" in outcome.err
    assert tree(project) == before
