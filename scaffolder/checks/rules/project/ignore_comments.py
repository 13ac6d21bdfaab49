"""Comments that silence a rule.

Not here: how they do so (`suppressions.py`).
"""

from __future__ import annotations

from collections.abc import Iterator

from scaffolder.checks.rule import Rule
from scaffolder.checks.suppressions import without_reason
from scaffolder.core.findings import Finding
from scaffolder.reading.project import Worker

DATE = 'compatibility_date = "2024-01-01"\n'


class PJ307(Rule):
    """A comment that silences a rule names it, and says why.

    Why: a comment without a reason silences nothing, and nobody could tell later whether it may go.

    Fix: write `scaffold: ignore CODE because ...`.
    """

    unmeasured = "it is about the comments that this program reads, and no other tool does"
    wrong = {"wrangler.toml": f"# scaffold: ignore WR111\n{DATE}"}
    right = {"wrangler.toml": f"# scaffold: ignore WR111 because it is to run as in its first year\n{DATE}"}

    def check(self, worker: Worker) -> Iterator[Finding]:
        """Tell the comments without a reason."""
        for source in worker.sources:
            for span in without_reason(source):
                yield self.found(span, "this silences no rule, because it gives no reason")
