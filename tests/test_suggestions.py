"""Suggestions: the names that somebody who misspelt one probably meant."""

from __future__ import annotations

import shlex

import pytest

from scaffolder.core.suggestions import did_you_mean, near_names

from .conftest import ROOT, Scaffold


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


@pytest.mark.parametrize(
    ("words", "fix"),
    [
        (["lst"], "did you mean list?"),
        (["catalogue", "ad"], "did you mean add?"),
        (["fleet", "list.txt", "updte"], "did you mean update?"),
        (["new", "mine", "--tempalte", "hello"], "did you mean --template?"),
        (["check", "--fxi"], "did you mean --fix?"),
        (["catalogue", "add", "acme", "gh:acme/templates", "--trst=1"], "did you mean --trust?"),
        (["list", "mine"], "scaffold list --help"),
        (["dev", "--relase"], "did you mean --release?"),
        (["dev", "--release", "--port", "80"], "scaffold dev --release . --port 80"),
        (["env", "--for", "panic-unwnd"], "did you mean panic-unwind?"),
        (
            ["new", "mine", "--template", "hello", "--defaults", "--set", "worker_nam=x"],
            "correct `--set worker_nam=...`",
        ),
        (["new", "mine", "--template", "hello", "--defaults", "--answers", "no.yml"], "name a file that can be read"),
        (["catalogue", "add", "acme", "cb:acme"], "cb:OWNER/REPO"),
        (["update"], "name the folder of a project"),
    ],
    ids=shlex.join,
)
def test_a_refusal_names_the_nearest_that_works(scaffold: Scaffold, words: list[str], fix: str) -> None:
    refused = scaffold(*words)

    assert refused.code == 2
    assert fix in refused.err.partition("  fix ")[2]


@pytest.mark.parametrize(
    "words", [["new"], ["new", "mine"], ["new", "--defaults", "a b"], ["add", "cron"]], ids=shlex.join
)
def test_a_fix_that_is_a_command_can_be_pasted(scaffold: Scaffold, words: list[str]) -> None:
    assert scaffold("new", "worker", "--template", "hello", "--defaults", "--no-git").code == 0
    project = ["--project", "worker"] if words[0] == "add" else []

    refused = scaffold(*words, *project)
    _, *pasted = shlex.split(refused.err.partition("  fix ")[2])

    assert refused.code == 2
    assert scaffold(*pasted, *project).code == 0, pasted
