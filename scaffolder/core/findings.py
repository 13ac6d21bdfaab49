"""Findings of rules, and the spans that they and edits refer to.

Not here: rules (`checks/`), and reading a project (`reading/`).
"""

from __future__ import annotations

from dataclasses import dataclass

from scaffolder.core.text_edit import TextEdit


@dataclass(frozen=True, order=True)
class Span:
    """A range of bytes in a file of the project.

    Args:
        file: Path relative to the project's folder, with forward slashes.
        line: Line of the first byte, counted from 1.
        column: Column of the first byte in characters, counted from 1.
        start: Offset of the first byte.
        end: Offset after the last byte.
    """

    file: str
    line: int
    column: int
    start: int
    end: int


@dataclass(frozen=True)
class Finding:
    """One violation of a rule.

    Args:
        code: The rule's code, such as `WR101`.
        message: The problem, as a lower-case phrase.
        why: The consequence at deploy time or at run time.
        fix: The remedy.
        span: The place in the file.
        environment: The wrangler environment, or several separated by commas; empty for the top level.
        edits: The autofix; empty where no certain fix exists.
        name: The rule's name, such as `durable-object-not-created`.
    """

    code: str
    message: str
    why: str
    fix: str
    span: Span
    environment: str = ""
    edits: tuple[TextEdit, ...] = ()
    name: str = ""
