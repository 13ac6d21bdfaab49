"""What each rule's trouble was seen to look like without the rule: the record that `seen.toml` keeps.

Not here: how it is measured, which takes the pinned tools (`tests/truth/`).
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("evidence.toml")


@dataclass(frozen=True)
class Seen:
    """One way to break a rule, and what came of it.

    Args:
        what: What was wrong, as a phrase.
        level: The stage that told first: `build`, `dry run`, `dev`, `test` or `request`; empty where none did.
        seen: The tool's own words; ours where no stage told.
        deploy: What Cloudflare's documents or others say of the deploy, which was not seen; or nothing.
    """

    what: str
    level: str = ""
    seen: str = ""
    deploy: str = ""


def seen(code: str) -> tuple[Seen, ...]:
    """Answer what was seen of a rule; nothing if it was not measured."""
    return tuple(Seen(**each) for each in _document().get(code, ()))


def versions() -> dict[str, str]:
    """Answer what it was measured with, by the tool's name."""
    return dict(_document()["versions"])


def date() -> str:
    """Answer the day on which it was measured."""
    return str(_document()["date"])


@cache
def _document() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))
