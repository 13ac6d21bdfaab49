"""Extracts versions from the output of tools, and compares them.

Not here: running the tools (`probes.py`), and the versions of crates (`semver`).
"""

from __future__ import annotations

import re


def version_in(text: str) -> str:
    """Return the first version in a text, such as `1.96.0`, or an empty string."""
    match = re.search(r"\d+(?:\.\d+)+", text)
    return match[0] if match else ""


def is_at_least(found: str, needed: str) -> bool:
    """Return whether a version is at least the needed one; an empty string is not."""
    return bool(found) and _numbers(found) >= _numbers(needed)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", version)))
