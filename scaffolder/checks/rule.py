"""What a rule is: a class that is named by its code, and whose docstring is its documentation.

Not here: the rules (`rules/`).
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping
from typing import ClassVar

from scaffolder.checks import evidence
from scaffolder.checks.evidence import Seen
from scaffolder.core.findings import Finding, Span
from scaffolder.core.text_edit import TextEdit
from scaffolder.reading.project import Worker


class Rule:
    """A rule, which is asked once for each worker of a project.

    The docstring of each rule has three paragraphs: a title that says what is right, `Why:` with what happens at
    deploy or at run time otherwise, and `Fix:`. A fourth, `Not looked at:`, may say what it leaves alone. Whatever is
    not sure is no finding.

    Args:
        wrong: The files of an example that the rule finds fault with; what it leaves out is in order.
        right: The same example, mended.
        unmeasured: Why the record tells nothing of the rule, if it does not.
        fixable: Whether `--fix` mends it, at least sometimes.
    """

    wrong: ClassVar[Mapping[str, str]]
    right: ClassVar[Mapping[str, str]]
    unmeasured: ClassVar[str] = ""
    fixable: ClassVar[bool] = False

    def check(self, worker: Worker) -> Iterator[Finding]:
        """Tell what is wrong with a worker."""
        raise NotImplementedError

    @property
    def code(self) -> str:
        """The rule's name."""
        return type(self).__name__

    @property
    def title(self) -> str:
        """What is right, as a sentence."""
        return _paragraphs(self)[0]

    @property
    def why(self) -> str:
        """What happens otherwise."""
        return _paragraph(self, "Why")

    @property
    def fix(self) -> str:
        """What to do about it."""
        return _paragraph(self, "Fix")

    @property
    def seen(self) -> tuple[Seen, ...]:
        """What came of breaking it, as the record has it."""
        return evidence.seen(self.code)

    @property
    def left_alone(self) -> str:
        """What the rule does not look at, or nothing."""
        return _paragraph(self, "Not looked at")

    def found(
        self, span: Span, message: str, *, fix: str = "", environment: str = "", edits: tuple[TextEdit, ...] = ()
    ) -> Finding:
        """Make a finding of this rule.

        Args:
            span: Where.
            message: What is wrong here, as a lower-case phrase.
            fix: What to do about it, where that can be said better than in the docstring.
            environment: The environment that it is about; empty for the top level.
            edits: What mends it for certain.
        """
        why, advice = self.why.removesuffix("."), (fix or self.fix).removesuffix(".")
        return Finding(self.code, message, why, advice, span, environment, edits)


def _paragraphs(rule: Rule) -> list[str]:
    return [" ".join(text.split()) for text in re.split(r"\n\s*\n", inspect.getdoc(type(rule)) or "")]


def _paragraph(rule: Rule, name: str) -> str:
    found = (text for text in _paragraphs(rule) if text.startswith(f"{name}: "))
    return next(found, "").removeprefix(f"{name}: ")
