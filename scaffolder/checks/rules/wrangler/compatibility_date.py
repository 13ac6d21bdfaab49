"""The compatibility date: its form, and the dates that the runtime takes.

Not here: whether there is one (`build.py`), and compatibility flags.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime

from scaffolder.catalogue import manifests
from scaffolder.checks.rule import Rule
from scaffolder.checks.semver import uses_known_wrangler
from scaffolder.core.findings import Finding
from scaffolder.core.text_edit import TextEdit
from scaffolder.reading.config.environments import Environment
from scaffolder.reading.project import Worker

OLDEST = date(2025, 5, 5)
"""Since this date the runtime has FinalizationRegistry, with which wasm-bindgen frees memory."""


class WR111(Rule):
    """The compatibility date is valid, known to the runtime, and not before 2025-05-05.

    Why: a dry run accepts any text, but the runtime rejects a malformed date and one that is later than its own; and
    before 2025-05-05 it never frees the memory of dropped JavaScript objects.

    Fix: write a date as YYYY-MM-DD, from 2025-05-05 up to the release date of your wrangler.
    """

    name = "invalid-compatibility-date"
    fixable = True
    wrong = {"wrangler.toml": 'compatibility_date = "2026-1-1"\n'}
    right = {"wrangler.toml": 'compatibility_date = "2026-01-01"\n'}

    def check(self, worker: Worker) -> Iterator[Finding]:
        """Yield the invalid dates of each environment."""
        latest = _latest(worker)
        for environment in worker.environments:
            written = environment.get("compatibility_date")
            if isinstance(written, str):
                yield from self._of(environment, written, latest)

    def _of(self, environment: Environment, written: str, latest: date) -> Iterator[Finding]:
        span = environment.at("compatibility_date")
        parsed = _date(written)
        if parsed is None:
            edits = _padded(environment, written)
            yield self.found(span, f"`{written}` is not a valid date", environment=environment.name, edits=edits)
        elif parsed < OLDEST:
            yield self.found(span, f"{written} is before {OLDEST}", environment=environment.name)
        elif parsed > latest:
            yield self.found(
                span,
                f"{written} is later than {latest}, the latest date that the runtime supports",
                fix=f"use {latest}",
                environment=environment.name,
            )


def _latest(worker: Worker) -> date:
    """Return the last date that the runtime certainly knows: the pinned one's, or today for a newer runtime."""
    pinned = date.fromisoformat(manifests.pins().compatibility_date)
    return pinned if uses_known_wrangler(worker) else max(pinned, datetime.now(UTC).date())


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else None
    except ValueError:
        return None


def _padded(environment: Environment, written: str) -> tuple[TextEdit, ...]:
    """Return the edit that adds missing zeros, if nothing else is wrong."""
    found = re.fullmatch(r"(\d{4})-(\d\d?)-(\d\d?)", written)
    whole = f"{found[1]}-{found[2]:0>2}-{found[3]:0>2}" if found else ""
    span = environment.at("compatibility_date")
    inside = span.end - span.start == len(written) + len('""')
    return (TextEdit(span.file, span.start + 1, span.end - 1, whole),) if _date(whole) and inside else ()
