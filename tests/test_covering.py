"""The array of kinds and templates is complete, and each project of it takes its kinds and loses them again."""

from __future__ import annotations

from itertools import combinations, pairwise, product
from pathlib import Path

import pytest

from scaffolder.catalogue import manifests
from scaffolder.editing.kind_registry import kinds

from . import share
from .conftest import Scaffold, tree
from .covering import LEFT_OUT, ROWS, Row

TRIED = 12
"""How many projects of the array one run makes."""

KEPT = ("migrations",)
"""Parts of the paths of files that a removal never deletes."""


def test_every_kind_meets_every_template_once() -> None:
    met = sorted((kind.name, row.template) for row in ROWS for kind in row.kinds)

    assert met == sorted({*product(kinds(), manifests.template_ids())} - set(LEFT_OUT))


def test_each_two_kinds_are_there_together_and_alone_and_neither() -> None:
    present = {name: [any(kind.name == name for kind in row.kinds) for row in ROWS] for name in kinds()}
    tried = [name for name, where in present.items() if any(where)]

    lacking = [
        pair
        for pair in combinations(tried, 2)
        if len(set(zip(present[pair[0]], present[pair[1]], strict=True))) != len({*product((True, False), repeat=2)})
    ]

    assert lacking == []


@pytest.mark.parametrize("row", share.parameters(ROWS, TRIED), ids=lambda row: row.name)
def test_a_project_takes_its_kinds_without_a_finding_and_gives_back_every_byte(
    row: Row, here: Path, scaffold: Scaffold
) -> None:
    def run(*words: str) -> int:
        outcome = scaffold(*words)
        assert "no test was written" not in outcome.out
        return outcome.code

    project = row.make(here, run)
    before, comments = tree(project), _comments(project)

    row.add(project, run)

    assert comments - _comments(project) == set()
    found = scaffold("check", str(project))
    assert (found.code, found.out.splitlines()[-1][: len("no findings")]) == (0, "no findings")
    row.remove(project, run)
    assert _without_history(tree(project)) == _without_history(before)


def _comments(project: Path) -> set[tuple[str, str]]:
    """Return the last line of each comment in a configuration, with the table or the key that it describes."""
    texts = [path.read_text(encoding="utf-8").splitlines() for path in project.rglob("wrangler.toml")]
    pairs = [pair for lines in texts for pair in pairwise(lines)]
    return {(one, other.split("=")[0]) for one, other in pairs if one.startswith("#") and not other.startswith("#")}


def _without_history(found: dict[str, tuple[int, bytes]]) -> dict[str, tuple[int, bytes]]:
    return {path: content for path, content in found.items() if not any(word in path for word in KEPT)}
