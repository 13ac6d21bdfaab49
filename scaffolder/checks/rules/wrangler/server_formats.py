"""Texts that only the server parses: crons, and the names of buckets and of rate limits.

Not here: shapes that the schema covers (`schema.py`), and queues.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffolder.checks.rule import Rule
from scaffolder.checks.semver import uses_known_wrangler
from scaffolder.core.findings import Finding
from scaffolder.reading.config import name_patterns
from scaffolder.reading.config.environments import Environment
from scaffolder.reading.project import Worker

MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
WEEKDAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
FIELDS: tuple[tuple[str, int, int, list[str]], ...] = (
    ("minute", 0, 59, []),
    ("hour", 0, 23, []),
    ("day of the month", 1, 31, []),
    ("month", 1, 12, MONTHS),
    ("day of the week", 1, 7, WEEKDAYS),
)
"""The fields of a cron: each with its name, its lowest and highest number, and names for these numbers."""

SPECIAL = {
    "day of the month": re.compile(r"L(?:-(?:[1-9]|[12]\d|30))?W?|(?:[1-9]|[12]\d|3[01])W"),
    "day of the week": re.compile(r"L|(?:[1-7]|SUN|MON|TUE|WED|THU|FRI|SAT)(?:L|#[1-5])"),
}
ITEM = re.compile(r"(?:\*|(?P<start>\w+)(?:-(?P<end>\w+))?)(?:/(?P<step>\d+))?")


class WR120(Rule):
    """Crons, bucket names and rate limit namespaces are well formed.

    Why: a dry run accepts any text as a cron or as the namespace of a rate limit, and the deploy fails; an invalid
    bucket name already fails the dry run.

    Fix: write a cron as five fields, such as `0 6 * * MON`, with names for the days; a bucket name as 3 to 63 lowercase
    letters, digits and dashes; and the namespace of a rate limit as a number, such as "1001".
    """

    name = "malformed-setting"
    wrong = {"wrangler.toml": '[triggers]\ncrons = ["0 6 * * 0"]\n'}
    right = {"wrangler.toml": '[triggers]\ncrons = ["0 6 * * SUN"]\n'}

    def check(self, worker: Worker) -> Iterator[Finding]:
        """Yield the texts that the server refuses."""
        if not uses_known_wrangler(worker):
            return
        for environment in worker.environments:
            yield from self._crons(environment)
            yield from self._buckets(environment)
            yield from self._limits(environment)

    def _crons(self, environment: Environment) -> Iterator[Finding]:
        crons = environment.get("triggers", "crons")
        for number, cron in enumerate(crons if isinstance(crons, list) else ()):
            problem, fix = _cron_problem(cron) if isinstance(cron, str) else ("", "")
            if problem:
                span = environment.at("triggers", "crons", number)
                yield self.found(span, f"the cron `{cron}` {problem}", fix=fix, environment=environment.name)

    def _buckets(self, environment: Environment) -> Iterator[Finding]:
        for path, table in environment.tables("r2_buckets"):
            for key in ("bucket_name", "preview_bucket_name"):
                name = table.get(key)
                if isinstance(name, str) and not name_patterns.BUCKET.fullmatch(name):
                    yield self.found(
                        environment.at(*path, key),
                        f"`{name}` is not a valid bucket name",
                        environment=environment.name,
                        fix="use 3 to 63 lowercase letters, digits and dashes, with no dash at either end",
                    )

    def _limits(self, environment: Environment) -> Iterator[Finding]:
        for path, table in environment.tables("ratelimits"):
            number = table.get("namespace_id")
            if isinstance(number, str) and not number.isdecimal():
                yield self.found(
                    environment.at(*path, "namespace_id"),
                    f"the rate limit's namespace `{number}` is not a number",
                    fix='use a whole number, written as text: namespace_id = "1001"',
                    environment=environment.name,
                )


def _cron_problem(cron: str) -> tuple[str, str]:
    """Return the problem of a cron and its fix; empty texts if there is none."""
    parts = cron.split()
    if len(parts) != len(FIELDS):
        words = f"has {len(parts)} field{'' if len(parts) == 1 else 's'} instead of five"
        return words, f"write {', '.join(name for name, *_ in FIELDS)}, separated by spaces"
    for part, (name, low, high, names) in zip(parts, FIELDS, strict=True):
        if not _is_field(part, name, low, high, names):
            fix = f"the {name} ranges from {low} to {high}" + (f" or {names[0]} to {names[-1]}" if names else "")
            fix += f", and its step from 1 to {high - low}" if "/" in part else ""
            if name == "day of the week" and re.search(r"\b0\b", part):
                fix = "days are numbered from 1 (Sunday) to 7 here, not from 0: use names such as SUN"
            return f"has an invalid {name}, `{part}`", fix
    return "", ""


def _is_field(part: str, name: str, low: int, high: int, names: list[str]) -> bool:
    special = SPECIAL.get(name)
    if special and special.fullmatch(part.upper()):
        return True
    return all(_is_item(item, low, high, names) for item in part.upper().split(","))


def _is_item(item: str, low: int, high: int, names: list[str]) -> bool:
    found = ITEM.fullmatch(item)
    if not found:
        return False
    numbers = [word for word in (found["start"], found["end"]) if word is not None and word not in names]
    step = found["step"]
    is_step = step is None or 1 <= int(step) <= high - low
    return is_step and all(word.isdecimal() and low <= int(word) <= high for word in numbers)
