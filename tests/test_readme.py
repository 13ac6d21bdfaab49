"""The README says what is true: commands, catalogue, exit codes and figures."""

from __future__ import annotations

import argparse
import json
import re

import pytest

from benchmarks import page
from scaffolder.catalogue import manifests
from scaffolder.cli import parser
from scaffolder.core import errors

from .conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def commands() -> list[str]:
    (choices,) = [
        action.choices for action in parser.parser()._actions if isinstance(action, argparse._SubParsersAction)
    ]
    return list(choices)


@pytest.mark.parametrize("command", commands())
def test_a_command_is_in_the_readme_and_has_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parser.parser().parse_args([command, "--help"])

    assert ended.value.code == 0
    assert "usage: scaffold" in capsys.readouterr().out
    assert f"`scaffold {command}" in README


def test_every_exit_code_is_in_the_readme_and_in_the_help() -> None:
    codes = {refusal.exit_code for refusal in errors.Refusal.__subclasses__()} | {0}

    assert {int(code) for code in re.findall(r"^\| (\d+) \|", README, re.MULTILINE)} == codes
    assert all(re.search(rf"\b{code} ", parser.EPILOG) for code in codes)


def test_ci_runs_the_readmes_test_command_and_nothing_else() -> None:
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    said = [line for line in lines if line and not line.startswith(("#", "set ", "cd "))]

    assert said == ["exec python3 tests"]
    assert "```sh\npython3 tests\n```" in README


def test_the_figures_are_those_of_the_last_measurement_and_of_every_template() -> None:
    results = json.loads((ROOT / "benchmarks" / "results.json").read_text(encoding="utf-8"))

    assert [proof["project"] for proof in results["warm"]] == manifests.template_ids()
    for words in (page.catalogue, page.figures, page.transcript):
        assert words(results) in README
