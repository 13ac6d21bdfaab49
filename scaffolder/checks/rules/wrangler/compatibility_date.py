"""The compatibility date.

Not here: compatibility flags.
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
"""From this date on the runtime has FinalizationRegistry, by which wasm-bindgen gives memory back."""


class WR111(Rule):
    """The compatibility date is a date that the runtime knows, and not older than 2025-05-05.

    Why: a dry run takes any text, but the runtime refuses a malformed date and one that is later than itself; and
    before 2025-05-05 it never gives back the memory of dropped JavaScript objects.

    Fix: write a date from 2025-05-05 on, as YYYY-MM-DD, that is not later than the release of your wrangler.
    """

    name = "invalid-compatibility-date"
    fixable = True
    wrong = {"wrangler.toml": 'compatibility_date = "2026-1-1"\n'}
    right = {"wrangler.toml": 'compatibility_date = "2026-01-01"\n'}

    def check(self, worker: Worker) -> Iterator[Finding]:
        """Tell what is wrong with the date of each environment."""
        latest = _latest(worker)
        for environment in worker.environments:
            written = environment.get("compatibility_date")
            if isinstance(written, str):
                yield from self._of(environment, written, latest)

    def _of(self, environment: Environment, written: str, latest: date) -> Iterator[Finding]:
        span = environment.at("compatibility_date")
        said = _date(written)
        if said is None:
            edits = _padded(environment, written)
            yield self.found(span, f"`{written}` is not a date", environment=environment.name, edits=edits)
        elif said < OLDEST:
            yield self.found(span, f"{written} is before {OLDEST}", environment=environment.name)
        elif said > latest:
            yield self.found(
                span,
                f"{written} is later than the runtime, which is of {latest}",
                fix=f"write {latest}",
                environment=environment.name,
            )


def _latest(worker: Worker) -> date:
    """Answer the last date that is surely known: the pinned runtime's, or today's for a runtime that is newer."""
    pinned = date.fromisoformat(manifests.pins().compatibility_date)
    return pinned if uses_known_wrangler(worker) else max(pinned, datetime.now(UTC).date())


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else None
    except ValueError:
        return None


def _padded(environment: Environment, written: str) -> tuple[TextEdit, ...]:
    """Answer the edit that puts in the zeros that are missing, if they are all that is."""
    found = re.fullmatch(r"(\d{4})-(\d\d?)-(\d\d?)", written)
    whole = f"{found[1]}-{found[2]:0>2}-{found[3]:0>2}" if found else ""
    span = environment.at("compatibility_date")
    inside = span.end - span.start == len(written) + len('""')
    return (TextEdit(span.file, span.start + 1, span.end - 1, whole),) if _date(whole) and inside else ()
