"""Reads versions out of what tools say about themselves, and compares them.

Not here: asking the tools (`probes.py`).
"""

from __future__ import annotations

import re


def version_in(text: str) -> str:
    """Answer the first version in a text, such as `1.96.0`, or an empty text."""
    match = re.search(r"\d+(?:\.\d+)+", text)
    return match[0] if match else ""


def is_at_least(found: str, needed: str) -> bool:
    """Answer whether a version is as new as another; an empty one never is."""
    return bool(found) and _numbers(found) >= _numbers(needed)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", version)))
