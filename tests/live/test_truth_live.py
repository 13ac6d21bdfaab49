"""What the rules say happens without them happens: every case is built, dry-run, served and asked again."""

from __future__ import annotations

from pathlib import Path

from scaffolder.checks import evidence, rule_registry
from scaffolder.toolchain import provision
from tests.truth.bench import Bench, environment_of
from tests.truth.cases import cases
from tests.truth.record import versions

from .conftest import Scaffold


# One test, as the cases share two builds of one worker.
def test_what_was_seen_without_each_rule_is_seen_again(scaffold: Scaffold, tmp_path: Path) -> None:
    variables = scaffold("env").document["environment"]
    tools = provision.find_tools()

    seen = Bench(tmp_path, environment_of(variables, tools), tools.node_modules).measure(cases())

    assert {(case.code, each) for case, each in seen} == {
        (code, each) for code in rule_registry.rules() for each in evidence.of_rule(code)
    }
    assert evidence.versions() == versions(tools.node_modules)
