"""Writes docs/reliability.md from the cases of each promise and the results of their last run.

Not here: running them (`__main__.py`), and counting (`counting.py`).
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from benchmarks.stamp import sentence

from .counting import KINDS, PROMISES, Claim, Result, Tests

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = ROOT / "docs" / "reliability.md"
RESULTS = Path(__file__).with_name("results.json")

HEAD = """\
# Reliability

The promises of the command about bad input, interruptions and full disks, each with the tests that hold it. Written by
`python3 -m tests.reliability`, which runs all of their cases; `python3 tests` runs a share of them that follows from
the commit, and `python3 tests -m long` the rest. A test fails if the promises and cases below are not those of the
tests.
"""

NOTE = "Each test names the commit that it was last run at; one that failed is run again when the cause is gone."

FOOT = """\
## How

A *kill point* is an operation at which the process gets SIGKILL: a file that is opened for writing, renamed, removed or
made durable, a folder, or a program that is started. The points are spread evenly over all operations of an
undisturbed run. After each, the same command is run again and must leave exactly what an undisturbed run leaves.
Others end the process in the middle of a write, as soon as a file has a certain number of bytes, or by an exception
that nothing catches. A *signal* is Ctrl-C, SIGTERM or SIGHUP at such a point. On a *full disk* every operation from a
certain one on fails that would need room. A *bad input* is a damaged file, a hostile name, a wrong argument or a file
that is none. A case is counted once in the table above, and below under each promise that it holds.

The cases of `tests/cases`, some of which are refusals, are not counted here.

## What was not reached

- The full disk is simulated in the process: its operations fail with the error of a full disk. No disk was filled, and
  a program that is started, such as cargo, found room.
- A kill ends the process, not the machine: a loss of power, which drops what the kernel had not written yet, was not
  tried.
- A validation is killed and interrupted with fake compilers and a fake wrangler, so that a run takes seconds. The real
  ones run in `tests/live`, which is not counted here.
- A first start installs from a stub in place of an index.
- Files with secrets are read by commands that need the names in them or look for merge conflicts. What is tested is
  that no value is shown, copied or changed.
- Only Linux was tried. Where there is no `/proc`, whether a process of that number is still the same one is not known.
- No file system of a network was tried: a lock, a rename and a flush are those of a local one.
- Between the start of a program and the note of it for the reaper lie a few instructions without an operation. A kill
  there would leave that program, and was not hit.
"""


def load() -> dict[str, Any]:
    """Return the results of the last run."""
    data: dict[str, Any] = json.loads(RESULTS.read_text(encoding="utf-8"))
    return data


def write(data: dict[str, Any]) -> None:
    """Keep the results of the tests that there are, and write the page."""
    results = {name: data["results"].get(name, Result(ran=0, passed=0, commit="")) for name in data["tests"]}
    data = {**data, "results": results}
    RESULTS.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
    PAGE.write_text(text(data["tests"], data), encoding="utf-8")


def text(tests: Tests, data: dict[str, Any]) -> str:
    """Return the page.

    Args:
        tests: The tests as they are now.
        data: The results of the last run, with its stamp and versions.
    """
    results: dict[str, Result] = data["results"]
    versions = ", ".join(f"{name} {version}" for name, version in data["versions"].items())
    measured = f"{sentence(data['stamp'], 'python3 -m tests.reliability')}, with {versions}.\n{NOTE}"
    sections = [_section(name, tests, results) for name in PROMISES]
    return "\n".join([HEAD, measured, "", _totals(tests, results), "", *sections, FOOT])


def _totals(tests: Tests, results: dict[str, Result]) -> str:
    cases: Counter[str] = Counter()
    ran: Counter[str] = Counter()
    passed: Counter[str] = Counter()
    for name, test in tests.items():
        result = results[name]
        cases[test["kind"]] += test["cases"]
        ran[test["kind"]] += result["ran"]
        passed[test["kind"]] += result["passed"]
    rows = [f"| {title} | {cases[kind]} | {ran[kind]} | {passed[kind]} |" for kind, title in KINDS.items()]
    total = f"| all | {cases.total()} | {ran.total()} | {passed.total()} |"
    return "\n".join(["| | cases | ran | passed |", "| --- | --- | --- | --- |", *rows, total])


def _section(promise: str, tests: Tests, results: dict[str, Result]) -> str:
    own = {name: test for name, test in tests.items() if promise in test["promises"]}
    rows = [_row(name, test, results[name]) for name, test in own.items()]
    title = promise.replace("-", " ").capitalize()
    lines = [f"## {title}", "", PROMISES[promise], "", "| test | kind | cases | ran | passed | at |"]
    return "\n".join([*lines, "| --- | --- | --- | --- | --- | --- |", *rows, ""])


def _row(name: str, test: Claim, result: Result) -> str:
    file, _, function = name.partition("::")
    words = function.removeprefix("test_").replace("_", " ")
    at = f"`{result['commit']}`" if result["ran"] else "-"
    return f"| {words} (`{file}`) | {test['kind']} | {test['cases']} | {result['ran']} | {result['passed']} | {at} |"
