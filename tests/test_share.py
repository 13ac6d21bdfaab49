"""The share of the live tests that one run tries."""

from __future__ import annotations

from pathlib import Path

import pytest

from . import share
from .conftest import commit_all, copy_work_tree, start_repository

MANY = [f"template-{number}" for number in range(30)]


def test_a_share_is_no_larger_however_many_templates_there_are() -> None:
    assert len(share.share(MANY, 4, 7, lambda _: False)) == 4
    assert len(share.share(MANY * 10, 4, 7, lambda _: True)) == 4


def test_what_is_touched_comes_first() -> None:
    found = share.share(MANY, 4, 7, lambda id_: id_ in {"template-3", "template-29"})

    assert set(found[:2]) == {"template-3", "template-29"}
    assert len(set(found)) == 4


@pytest.mark.parametrize("are_touched", [True, False])
def test_every_template_has_its_turn(*, are_touched: bool) -> None:
    found = {id_ for turn in range(30) for id_ in share.share(MANY, 4, turn, lambda _: are_touched)}

    assert found == set(MANY)


def test_a_catalogue_smaller_than_the_share_is_tried_whole() -> None:
    assert sorted(share.share(MANY, 40, 7, lambda _: False)) == sorted(MANY)


def test_a_template_is_touched_if_what_it_renders_is_another(tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    copy_work_tree(clone, "copier.yml", "templates")
    start_repository(clone)
    before = share.touched(clone, ["hello", "http"], tmp_path / "one commit")
    with (clone / "templates" / "hello" / "skeleton" / "src" / "lib.rs").open("a", encoding="utf-8") as source:
        source.write("// changed\n")
    commit_all(clone)

    assert before == set()
    assert share.touched(clone, ["hello", "http"], tmp_path / "two commits") == {"hello"}
