"""The README is one screen and true; the pages about commands and exit codes name all of them."""

from __future__ import annotations

import argparse
import re

import pytest

from scaffolder.cli import argument_parser, command_line
from scaffolder.core import errors

from .conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
EXIT_CODES = (ROOT / "docs" / "exit-codes.md").read_text(encoding="utf-8")


def commands() -> list[str]:
    (choices,) = [
        action.choices for action in command_line.parser()._actions if isinstance(action, argparse._SubParsersAction)
    ]
    return list(choices)


def test_the_readme_is_one_screen_and_holds_no_measured_figure() -> None:
    assert len(README.encode()) <= 6 * 1024
    assert re.findall(r"\d[\d,.]* (?:ms|s|seconds|minutes|bytes|kB|KB|MB)\b", README) == []
    assert "(docs/figures.md)" in README


@pytest.mark.parametrize("command", commands())
def test_a_command_is_on_its_page_and_has_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        command_line.parser().parse_args([command, "--help"])

    assert ended.value.code == 0
    assert "usage: scaffold" in capsys.readouterr().out
    assert f"`scaffold {command}" in COMMANDS


def test_every_exit_code_is_on_its_page_and_in_the_help() -> None:
    codes = {refusal.exit_code for refusal in errors.Refusal.__subclasses__()} | {0}

    assert {int(code) for code in re.findall(r"^\| (\d+) \|", EXIT_CODES, re.MULTILINE)} == codes
    assert all(re.search(rf"\b{code} ", argument_parser.EPILOG) for code in codes)


def test_ci_runs_the_readmes_test_command_and_nothing_else() -> None:
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    said = [line for line in lines if line and not line.startswith(("#", "set ", "cd "))]

    assert said == ["exec python3 tests"]
    assert "```sh\npython3 tests\n```" in README
