"""Comments that silence a rule at one place: `# scaffold: ignore WR102 because ...`, on the line or the line above.

Not here: the rule that asks for the reason (`ignore_comments.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffolder.core.findings import Finding, Span
from scaffolder.reading.source import Source

COMMENT = re.compile(r"(?:#|//)\s*scaffold:\s*ignore\b\s*(?P<codes>[A-Z]{2}\d{3}(?:[\s,]+[A-Z]{2}\d{3})*)?(?P<rest>.*)")
REASON = re.compile(r"\s*because\s+\S")


def is_silenced(finding: Finding, source: Source) -> bool:
    """Answer whether a comment with a reason silences a finding."""
    return finding.code in {*_codes(source.line(finding.span.line)), *_above(source, finding.span.line - 1)}


def without_reason(source: Source) -> Iterator[Span]:
    """Tell the comments that name no rule, or give no reason."""
    if b"scaffold:" not in source.content:
        return
    for number, line in enumerate(source.content.decode().splitlines(), 1):
        found = COMMENT.search(line)
        if found and not (found["codes"] and REASON.match(found["rest"])):
            yield source.span(source.offset(number, found.start() + 1), source.offset(number, len(line) + 1))


def _above(source: Source, number: int) -> set[str]:
    """Answer what a line of nothing but a comment silences on the next one."""
    line = source.line(number)
    return _codes(line) if line.lstrip().startswith(("#", "//")) else set()


def _codes(line: str) -> set[str]:
    found = COMMENT.search(line)
    is_good = found is not None and found["codes"] and REASON.match(found["rest"])
    return set(re.findall(r"[A-Z]{2}\d{3}", found["codes"])) if found and is_good else set()
