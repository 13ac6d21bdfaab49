"""Suggestions: the names that somebody who misspelt one probably meant."""

from __future__ import annotations

from scaffolder.core.suggestions import did_you_mean, near_names

from .conftest import ROOT


def test_the_most_alike_name_comes_first_and_unlike_ones_not_at_all() -> None:
    assert near_names("quue", ["router", "queues", "queue"], limit=2) == ["queue", "queues"]
    assert near_names("quue", ["queues", "queue"]) == ["queue"]
    assert near_names("zzz", ["queue"]) == []


def test_a_low_cutoff_lets_more_names_pass() -> None:
    assert near_names("axum", ["axum-like-template"]) == []
    assert near_names("axum", ["axum-like-template"], cutoff=0.3) == ["axum-like-template"]


def test_names_become_a_question_and_none_become_the_other_advice() -> None:
    assert did_you_mean(["queue", "queues"], "see the list") == "did you mean queue or queues?"
    assert did_you_mean([], "see the list") == "see the list"


def test_one_module_alone_compares_names() -> None:
    modules = sorted((ROOT / "scaffolder").rglob("*.py"))

    comparing = [path for path in modules if "get_close_matches" in path.read_text(encoding="utf-8")]

    assert comparing == [ROOT / "scaffolder" / "core" / "suggestions.py"]
