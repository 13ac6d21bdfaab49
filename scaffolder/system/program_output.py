"""Extracts errors, failed tests and totals from the output of cargo, npm and wrangler.

Not here: running them (`pipeline.py`).
"""

from __future__ import annotations

import re
from pathlib import Path

from scaffolder.core.tool import CompletedProgram

MAX_LINES = 20
"""The largest number of lines that are shown to explain a failure."""

REPORTER_MARK = "\N{INFORMATION SOURCE}"
"""The first character of the totals of Node's `spec` test reporter."""

TOTALS = (
    # `node --test`, with its reporters `tap` and `spec`.
    rf"^(?:#|{REPORTER_MARK}) pass (\d+)",
    # Vitest and Jest.
    r"^\s*Tests:?\s+(?:\d+ \w+[ |,]+)*?(\d+) passed",
    # Mocha.
    r"^\s*(\d+) passing\b",
    # AVA, Playwright.
    r"^\s*(\d+) (?:tests? )?passed\b",
)
"""The lines in which test runners count what passed."""


def first_error(output: str) -> list[str]:
    """Return the first error of a build with its location, or the last lines if there is none."""
    lines = [line.removeprefix("[custom build] ") for line in output.splitlines()]
    starts = [number for number, line in enumerate(lines) if re.match(r"error(\[E\d+\])?:", line)]
    if not starts:
        return last_lines("\n".join(lines))
    message = []
    for line in lines[starts[0] : starts[0] + MAX_LINES]:
        if not line.strip():
            break
        message.append(line)
    return message


def failed_tests(output: str) -> list[str]:
    """Return the summary of failed tests, or an empty list if there is none."""
    for heading in ("\nfailures:\n", "failing tests:\n"):
        _, found, rest = output.partition(heading)
        if found:
            return [line for line in rest.splitlines() if line.strip()][:MAX_LINES]
    return []


def passed_cargo_tests(output: str) -> int:
    """Return the number of tests that passed in `cargo test`, over all targets."""
    return sum(map(int, re.findall(r"^test result: ok\. (\d+) passed", output, re.MULTILINE)))


def passed_node_tests(output: str) -> int:
    """Return the number of tests that passed in `npm test`, whichever runner it starts."""
    found = (number for pattern in TOTALS for number in re.findall(pattern, output, re.MULTILINE))
    return sum(map(int, found)) + passed_cargo_tests(output)


def describe_exit(program: CompletedProgram) -> str:
    """Format the outcome of a program that failed."""
    if program.timed_out:
        return f"{' '.join(program.argv[-2:])} timed out after {program.seconds:.0f} seconds"
    return f"{Path(program.argv[0]).name} {' '.join(program.argv[1:])} exited with code {program.code}"


def last_lines(output: str, lines: int = MAX_LINES) -> list[str]:
    """Return the last lines of an output, without blank ones."""
    return [line for line in output.splitlines() if line.strip()][-lines:]
