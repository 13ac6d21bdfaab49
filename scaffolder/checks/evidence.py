"""The record in `evidence.toml`: what real tools did with a worker that breaks a rule.

Not here: the measurement, which takes the pinned tools (`tests/truth/`).
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("evidence.toml")


@dataclass(frozen=True)
class Evidence:
    """One way to break a rule, and its effect.

    Args:
        breakage: What was wrong with the worker, as a phrase.
        stage: The stage that reported it first: `build`, `dry run`, `dev`, `test` or `request`; empty where none did.
        output: The tool's own output; where no stage reported anything, a summary of ours.
        deploy: What Cloudflare's documents or others report of the deploy, which was not measured; or nothing.
    """

    breakage: str
    stage: str = ""
    output: str = ""
    deploy: str = ""


def of_rule(code: str) -> tuple[Evidence, ...]:
    """Return the evidence for a rule; nothing if it was not measured."""
    return tuple(Evidence(**each) for each in _document().get(code, ()))


def versions() -> dict[str, str]:
    """Return the versions of the tools that were used, by their names."""
    return dict(_document()["versions"])


def date() -> str:
    """Return the day of the measurement."""
    return str(_document()["date"])


@cache
def _document() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))
