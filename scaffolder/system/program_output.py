"""Reads what cargo, npm and wrangler say: the first error, the tests that failed, the totals.

Not here: running them (`pipeline.py`).
"""

from __future__ import annotations

import re
from pathlib import Path

from scaffolder.core.models import Ran

SHOWN = 20
"""Lines of an output that explain a failure at most."""

REPORTER_MARK = "\N{INFORMATION SOURCE}"
"""What Node's test reporter begins its totals with."""


def first_error(output: str) -> list[str]:
    """Answer the first error of a build with its place, or the last lines if there is none."""
    lines = [line.removeprefix("[custom build] ") for line in output.splitlines()]
    starts = [number for number, line in enumerate(lines) if re.match(r"error(\[E\d+\])?:", line)]
    if not starts:
        return last_lines("\n".join(lines))
    message = []
    for line in lines[starts[0] : starts[0] + SHOWN]:
        if not line.strip():
            break
        message.append(line)
    return message


def failed_tests(output: str) -> list[str]:
    """Answer the part of an output that tells which tests failed and how, if there is one."""
    for heading in ("\nfailures:\n", "failing tests:\n"):
        _, found, rest = output.partition(heading)
        if found:
            return [line for line in rest.splitlines() if line.strip()][:SHOWN]
    return []


def passed_rust(output: str) -> int:
    """Answer how many tests `cargo test` passed, over all its targets."""
    return sum(map(int, re.findall(r"^test result: ok\. (\d+) passed", output, re.MULTILINE)))


def passed_worker(output: str) -> int:
    """Answer how many tests `node --test` passed, whichever of its reporters spoke."""
    return sum(map(int, re.findall(rf"^(?:#|{REPORTER_MARK}) pass (\d+)", output, re.MULTILINE)))


def how_it_ended(ran: Ran) -> str:
    """Word the end of a program that failed."""
    if ran.timed_out:
        return f"{' '.join(ran.argv[-2:])} was ended after {ran.seconds:.0f} seconds"
    return f"{Path(ran.argv[0]).name} {' '.join(ran.argv[1:])} ended with code {ran.code}"


def last_lines(output: str, lines: int = SHOWN) -> list[str]:
    """Answer the last lines of an output that are not blank."""
    return [line for line in output.splitlines() if line.strip()][-lines:]
