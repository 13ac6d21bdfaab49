"""The texts that Cloudflare accepts where a wrangler file accepts any: crons, names, numbers and ids.

`check` reports what these functions refuse, and `add` and `rename` write nothing else.

Not here: messages about invalid names.
"""

from __future__ import annotations

import re

WORKER = re.compile(r"[a-z0-9_][a-z0-9_-]*")
"""The names of workers that wrangler and the server accept."""

LONGEST_WORKER = 63
"""Characters of a label of a host name, at most."""

QUEUE = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
BUCKET = re.compile(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")

DATABASE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
"""The names of D1 databases, by the pattern of Cloudflare's API; wrangler itself takes any text."""

DATASET = re.compile(r"[A-Za-z0-9_-]+")
"""The names of datasets that a statement of their SQL interface can have; wrangler itself takes any text."""

INDEX = re.compile(r"[a-z][a-z0-9_-]*[a-z0-9]")
"""The names of Vectorize indexes, by the pattern of Cloudflare's API; wrangler itself takes any text."""

NAMESPACE = re.compile(r"[A-Za-z0-9_-]+")
"""The names of dispatch namespaces, which are a part of an address of the API; wrangler itself takes any text."""

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
ITEM = re.compile(r"(?:\*|(?P<start>\w{1,3})(?:-(?P<end>\w{1,3}))?)(?:/(?P<step>\d{1,3}))?", re.ASCII)


def is_rate_limit(number: str) -> bool:
    """Return whether a text is the number of a rate limit."""
    return re.fullmatch(r"[0-9]+", number) is not None


def is_id(text: str) -> bool:
    """Return whether a text may be the id that Cloudflare gave something: it is not empty, and no placeholder."""
    return bool(text.strip()) and not re.search(r"[<>{}\s]", text)


def cron_problem(cron: str) -> tuple[str, str]:
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
