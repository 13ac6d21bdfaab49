"""Comments that silence a rule.

Not here: how they do so (`suppressions.py`).
"""

from __future__ import annotations

from collections.abc import Iterator

from scaffolder.checks import rule_registry
from scaffolder.checks.rule import Rule
from scaffolder.checks.suppressions import ignore_comments
from scaffolder.core.findings import Finding
from scaffolder.core.suggestions import did_you_mean
from scaffolder.reading.project import Worker

DATE = 'compatibility_date = "2024-01-01"\n'


class PJ307(Rule):
    """A comment that silences a rule names the rule and gives a reason.

    Why: a comment without a reason silences nothing, and later nobody can tell whether it can be removed.

    Fix: write `scaffold: ignore CODE because ...`.
    """

    name = "ignore-without-reason"
    unmeasured = "no other tool reads these comments"
    wrong = {"wrangler.toml": f"# scaffold: ignore WR111\n{DATE}"}
    right = {"wrangler.toml": f"# scaffold: ignore WR111 because it must behave as in its first year\n{DATE}"}

    def check(self, worker: Worker) -> Iterator[Finding]:
        """Yield the comments without a reason, and those that give no rule or one that does not exist."""
        known = {*rule_registry.rules(), *rule_registry.names()}
        for comment in (comment for source in worker.sources for comment in ignore_comments(source)):
            if not comment.rules or not comment.has_reason:
                yield self.found(
                    comment.span,
                    f"this comment silences nothing: it {'gives no reason' if comment.rules else 'names no rule'}",
                )
                continue
            for word in (word for word in comment.rules if word not in known):
                fix = did_you_mean(rule_registry.suggested(word, limit=1))
                yield self.found(comment.span, f"unknown rule `{word}`", fix=fix)
