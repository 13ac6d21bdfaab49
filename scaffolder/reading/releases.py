"""Compares the versions of crates, and knows which `worker` and worker-build go together.

Not here: which versions a project must use (`dependencies.py`), and those that build it (`project_tools.py`).
"""

from __future__ import annotations

import re

ALIGNED = (0, 7)
"""Since this version, worker-build refuses a `worker` crate of another minor version than its own."""

BEFORE = "0.1"
"""The series of worker-build from before that."""


def numbers(text: str) -> tuple[int, ...]:
    """Return the first version in a text, as numbers; an empty tuple where there is none."""
    found = re.search(r"\d+(?:\.\d+)*", text)
    return tuple(map(int, found[0].split("."))) if found else ()


def series(version: str) -> str:
    """Return the part that compatible releases share: 0.8 of 0.8.7, 1 of 1.2.3."""
    parts = numbers(version)[:2]
    return ".".join(map(str, parts[: 1 if parts[0] else 2]))


def builder_of(worker: str) -> str:
    """Return the series of worker-build that builds a version of the `worker` crate."""
    return series(worker) if numbers(worker) >= ALIGNED else BEFORE


def is_refused(worker_build: str, worker: str) -> bool:
    """Return whether a worker-build refuses a version of the `worker` crate."""
    return numbers(worker_build) >= ALIGNED and series(worker_build) != series(worker)
