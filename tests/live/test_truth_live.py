"""What the rules say happens without them happens: cases are built, dry-run, served and asked again."""

from __future__ import annotations

from pathlib import Path

from scaffolder.checks import evidence, rule_registry
from scaffolder.toolchain import provision
from tests.truth.bench import Bench, environment_of
from tests.truth.cases import Case, cases
from tests.truth.record import versions

from .conftest import Pick, Scaffold

TRIED = 24
"""How many cases one run tries."""


# One test, as the cases share two builds of one worker.
def test_what_was_seen_without_a_rule_is_seen_again(scaffold: Scaffold, tmp_path: Path, pick: Pick[Case]) -> None:
    picked = pick(cases(), TRIED, lambda case: case.code)
    tried = {(case.code, case.breakage) for case in picked}
    variables = scaffold("env").document["environment"]
    tools = provision.find_tools()

    seen = Bench(tmp_path, environment_of(variables, tools), tools.node_modules).measure(picked)

    recorded = {(code, each) for code in rule_registry.rules() for each in evidence.of_rule(code)}
    assert {(case.code, each) for case, each in seen} == {
        (code, each) for code, each in recorded if (code, each.breakage) in tried
    }
    assert evidence.versions() == versions(tools.node_modules)
