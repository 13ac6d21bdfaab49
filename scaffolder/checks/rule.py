"""The base class of rules: a class named by its code, whose docstring is its documentation.

Not here: the rules (`rules/`).
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import ClassVar

from scaffolder.checks import evidence
from scaffolder.checks.evidence import Evidence
from scaffolder.core.findings import Finding, Span
from scaffolder.core.text_edit import TextEdit
from scaffolder.reading.project import Worker


class Rule:
    """A rule, which is run once for each worker of a project, or once for its folder.

    The docstring of each rule has three paragraphs: a title that states what is right, `Why:` with what happens at
    deploy or at run time otherwise, and `Fix:`. A fourth, `Not checked:`, may list what it leaves out. A rule reports
    only what is certain.

    Args:
        name: Its name in kebab case, which names the mistake; it is accepted wherever the code is.
        wrong: The files of an example that the rule reports; files that are left out are those of a good worker.
        right: The same example, corrected.
        unmeasured: Why there is no evidence for the rule, if there is none.
        fixable: Whether `--fix` can fix it, at least sometimes.
    """

    name: ClassVar[str]
    wrong: ClassVar[Mapping[str, str]]
    right: ClassVar[Mapping[str, str]]
    unmeasured: ClassVar[str] = ""
    fixable: ClassVar[bool] = False

    def check(self, worker: Worker) -> Iterator[Finding]:  # noqa: ARG002 - a rule has this method or the other one
        """Yield what is wrong with a worker."""
        return iter(())

    def check_folder(self, folder: Path) -> Iterator[Finding]:  # noqa: ARG002 - most rules need the files as data
        """Yield what is wrong with the files of a project's folder, which may be such that it cannot be read."""
        return iter(())

    @property
    def code(self) -> str:
        """The rule's code, such as WR101."""
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
        """How to fix it."""
        return _paragraph(self, "Fix")

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """What real tools did with workers that break it."""
        return evidence.of_rule(self.code)

    @property
    def not_checked(self) -> str:
        """What the rule leaves out, or nothing."""
        return _paragraph(self, "Not checked")

    def found(
        self, span: Span, message: str, *, fix: str = "", environment: str = "", edits: tuple[TextEdit, ...] = ()
    ) -> Finding:
        """Return a finding of this rule.

        Args:
            span: The place.
            message: What is wrong there, as a lower-case phrase.
            fix: How to fix it, if more precise than the docstring.
            environment: The environment that it is about; empty for the top level.
            edits: The text edits that fix it for certain.
        """
        why, remedy = self.why.removesuffix("."), (fix or self.fix).removesuffix(".")
        return Finding(self.code, message, why, remedy, span, environment, edits, self.name)


def _paragraphs(rule: Rule) -> list[str]:
    return [" ".join(text.split()) for text in re.split(r"\n\s*\n", inspect.getdoc(type(rule)) or "")]


def _paragraph(rule: Rule, heading: str) -> str:
    found = (text for text in _paragraphs(rule) if text.startswith(f"{heading}: "))
    return next(found, "").removeprefix(f"{heading}: ")
