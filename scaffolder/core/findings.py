"""Data types of `check`, `add`, `remove` and `rename`: requests, spans and findings.

Not here: rules (`checks/`), and reading a project (`reading/`).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

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


@dataclass(frozen=True)
class CheckRequest:
    """The arguments of `scaffold check`; an empty selection means every rule."""

    project: Path
    select: list[str]
    ignore: list[str]
    fix: bool
    sarif: Path | None


@dataclass(frozen=True)
class EditRequest:
    """The arguments of `scaffold add`, `scaffold remove` or `scaffold rename`.

    Args:
        kind: The kind, such as `kv`.
        name: The name, including a value after `=`.
        project: The project's folder.
        environment: An environment, `all`, or an empty string for the top level; None if not given.
        dry_run: Show the changes without writing them.
        to: The new name, for `rename`.
        never_deployed: The thing to be removed has never been deployed.
    """

    kind: str
    name: str
    project: Path
    environment: str | None
    dry_run: bool
    to: str = ""
    never_deployed: bool = False
