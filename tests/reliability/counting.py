"""Counts the cases of each promise: a test names its promises with `@pytest.mark.promise`.

It is a plugin of pytest, which `__main__.py` loads; every other run ignores the marks.

Not here: the page (`page.py`).
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypedDict

import pytest

TESTS = Path(__file__).resolve().parent.parent

PROMISES = {
    "whole-or-nothing": "A project or an edit is there whole, or nothing of it is.",
    "no-byte-lost": "No byte of anybody's file is lost or changed unasked.",
    "no-orphan": "No program outlives the command that started it.",
    "no-write-outside": "Nothing is written outside of the project, the cache and the folder for temporary files.",
    "no-secret": "No secret is read without need, copied or shown.",
    "exit-code": "The exit code is one of those that are documented, and fits: bad input is never an internal error.",
    "true-words": "After every ending, the message describes what is there and names a command that works.",
}

KINDS = {
    "bad input": "bad inputs",
    "kill point": "kill points",
    "signal": "signals",
    "full disk": "full disks",
    "crowd": "runs side by side",
    "other": "other cases",
}
"""What is done to a command; a case is of one kind."""


class Claim(TypedDict):
    """What is known of a test."""

    kind: str
    promises: list[str]
    cases: int


class Result(TypedDict):
    """How the cases of a test ended."""

    ran: int
    passed: int
    commit: str


Tests = dict[str, Claim]
"""Tests by their name: `test_file.py::test_function`."""


def promise(item: pytest.Item) -> tuple[str, list[str]] | None:
    """Return the kind and the promises of a case; None if it has none.

    Raises:
        ValueError: One of them is not known.
    """
    marks = list(item.iter_markers("promise"))
    if not marks:
        return None
    names = sorted({str(name) for mark in marks for name in mark.args}, key=list(PROMISES).index)
    kind = next((str(mark.kwargs["kind"]) for mark in marks if "kind" in mark.kwargs), "other")
    if kind not in KINDS:
        raise ValueError(f"{item.nodeid}: there is no kind {kind}")
    return kind, names


def name_of(nodeid: str) -> str:
    """Return the name of a test without its parameters and its folder."""
    return nodeid.partition("[")[0].removeprefix("tests/")


class Counting:
    """The plugin: lists the cases that were collected, and counts those that ran."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.tests: Tests = {}
        self.results: dict[str, Result] = defaultdict(lambda: Result(ran=0, passed=0, commit=""))

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Note the cases that were collected."""
        self.tests = listed(session.items)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count a case that ran; one that was skipped did not."""
        result = self.results[name_of(report.nodeid)]
        if report.when == "call" and not report.skipped:
            result["ran"] += 1
            result["passed"] += report.passed

    def pytest_sessionfinish(self) -> None:
        """Write what was counted."""
        data = {"tests": self.tests, "results": dict(sorted(self.results.items()))}
        self._file.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")


def listed(items: Sequence[pytest.Item]) -> Tests:
    """Return the tests that have a promise, with the number of their cases."""
    tests: Tests = {}
    for item in items:
        if found := promise(item):
            test = tests.setdefault(name_of(item.nodeid), Claim(kind=found[0], promises=found[1], cases=0))
            test["cases"] += 1
    return dict(sorted(tests.items()))


def collected(file: Path) -> Tests:
    """Return the tests that have a promise; nothing is run.

    Args:
        file: A file to write them into.
    """
    run_pytest("--collect-only", "-q", "-p", "no:xdist", f"--promises={file}", quiet=True)
    tests: Tests = json.loads(file.read_text(encoding="utf-8"))["tests"]
    return tests


def run_pytest(*words: str, quiet: bool = False) -> int:
    """Run pytest with this plugin on the files with a test that has a promise, and return its exit code."""
    marked = [path for path in sorted(TESTS.rglob("test_*.py")) if "mark.promise(" in path.read_text(encoding="utf-8")]
    command = [sys.executable, "-m", "pytest", "-p", "tests.reliability.counting", *words, *map(str, marked)]
    return subprocess.run(command, cwd=TESTS.parent, check=False, capture_output=quiet).returncode


def pytest_configure(config: pytest.Config) -> None:
    """Load the plugin if its output is asked for."""
    # With pytest-xdist, the process that gets all reports counts.
    if (file := config.getoption("promises", default=None)) and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Counting(Path(str(file))))


def pytest_addoption(parser: Any) -> None:
    """Add the option that names the output."""
    parser.addoption("--promises", help="the file that lists the cases of each promise, and how they ended")
