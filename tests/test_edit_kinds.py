"""The kinds of `scaffold add` are known by their attributes: no module but a kind's own asks for its name."""

from __future__ import annotations

import ast

import pytest

from .conftest import ROOT

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
