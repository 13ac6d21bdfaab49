"""Comments that silence a rule at one place: `# scaffold: ignore WR102 because ...`, on the line or the line above.

A rule is given by its code or by its name, and several with commas or spaces.

Not here: the rule that reports comments without effect (`ignore_comments.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from scaffolder.core.findings import Finding, Span
from scaffolder.reading.source import Source

# A name has a dash, so that `because` is none.
RULE = r"(?:[A-Z]{2}\d{3}|[a-z0-9]+(?:-[a-z0-9]+)+)(?![\w-])"
COMMENT = re.compile(rf"(?:#|//)\s*scaffold:\s*ignore\b\s*(?P<rules>{RULE}(?:[\s,]+{RULE})*)?(?P<rest>.*)")
REASON = re.compile(r"\s*because\s+\S")


@dataclass(frozen=True)
class IgnoreComment:
    """A comment that is meant to silence rules.

    Args:
        span: The comment.
        rules: The codes and names of rules that it gives.
        has_reason: Whether it gives a reason.
    """

    span: Span
    rules: tuple[str, ...]
    has_reason: bool


def is_silenced(finding: Finding, source: Source) -> bool:
    """Return whether a comment with a reason silences a finding."""
    number = finding.span.line
    silenced = {*_silenced(source.line(number)), *_silenced_below(source, number - 1)}
    return not silenced.isdisjoint({finding.code, finding.name})


def ignore_comments(source: Source) -> Iterator[IgnoreComment]:
    """Yield each comment of a file that is meant to silence rules, also one that fails to."""
    if b"scaffold:" not in source.content:
        return
    for number, line in enumerate(source.content.decode().splitlines(), 1):
        found = COMMENT.search(line)
        if found:
            span = source.span(source.offset(number, found.start() + 1), source.offset(number, len(line) + 1))
            yield IgnoreComment(span, _rules(found), REASON.match(found["rest"]) is not None)


def _silenced_below(source: Source, number: int) -> tuple[str, ...]:
    """Return the rules that a line of nothing but a comment silences on the next line."""
    line = source.line(number)
    return _silenced(line) if line.lstrip().startswith(("#", "//")) else ()


def _silenced(line: str) -> tuple[str, ...]:
    found = COMMENT.search(line)
    return _rules(found) if found and REASON.match(found["rest"]) else ()


def _rules(found: re.Match[str]) -> tuple[str, ...]:
    return tuple(re.findall(RULE, found["rules"] or ""))
