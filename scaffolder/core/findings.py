"""The nouns of `scaffold check`, and of `add`, `remove` and `rename`: what was asked for, a place, an edit, a finding.

Not here: rules (`checks/`), and reading a project (`reading/`).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from scaffolder.core.text_edit import TextEdit


@dataclass(frozen=True, order=True)
class Span:
    """Some bytes of a file of the project.

    Args:
        file: The file as seen from the project's folder, with slashes.
        line: The line of the first byte, from 1.
        column: Its column in characters, from 1.
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
    """What a rule found.

    Args:
        code: The rule's name.
        message: What is wrong, as a lower-case phrase.
        why: What happens at deploy or at run time.
        fix: What to do about it.
        span: Where.
        environment: The environment of the wrangler file, or several with commas; empty for its top level.
        edits: What mends it where that is certain.
    """

    code: str
    message: str
    why: str
    fix: str
    span: Span
    environment: str = ""
    edits: tuple[TextEdit, ...] = ()


@dataclass(frozen=True)
class CheckRequest:
    """What `scaffold check` was asked for; no selection means every rule."""

    project: Path
    select: list[str]
    ignore: list[str]
    fix: bool
    sarif: Path | None


@dataclass(frozen=True)
class EditRequest:
    """What `scaffold add`, `scaffold remove` or `scaffold rename` was asked for.

    Args:
        kind: The kind's word.
        name: The name, with what is said after `=`.
        project: The project's folder.
        environment: An environment, `all`, or an empty text for the top level; None where nothing was said.
        dry_run: Whether to show it alone.
        new_name: The new name, for a renaming.
        never_deployed: Whether what is removed was never deployed.
    """

    kind: str
    name: str
    project: Path
    environment: str | None
    dry_run: bool
    new_name: str = ""
    never_deployed: bool = False
