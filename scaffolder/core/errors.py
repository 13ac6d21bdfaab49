"""Refusals: expected errors with a remedy, one class for each exit code.

A refusal names the problem, its place, the reason and the fix; `report.py` formats it.
Any other exception that escapes is a bug, and exits with code 7.

Not here: exceptions that nobody expected (`unexpected_errors.py`).
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Refusal(Exception):
    """An expected error.

    Args:
        what: The problem, as a lower-case phrase.
        where: The option, file or place where it was found.
        why: The consequence of going on, or the rule that was broken.
        fix: The remedy; a command where there is one.
        details: Further lines, such as the end of a log.
    """

    what: str
    where: str
    why: str
    fix: str
    details: list[str] = field(default_factory=list)

    exit_code = 7
    kind = "internal error"

    def __str__(self) -> str:
        """Return the problem."""
        return self.what


class BuildOrTestFailed(Refusal):
    """A project does not build, fails its smoke test, or fails its own tests."""

    exit_code = 1
    kind = "failed"


class BadInput(Refusal):
    """An argument, an answer or a project is not valid."""

    exit_code = 2
    kind = "refused"


class ToolMissing(Refusal):
    """A tool is missing, too old or broken."""

    exit_code = 3
    kind = "missing tool"


class TrustRefused(Refusal):
    """A template wants to run code, or to write outside of the project."""

    exit_code = 4
    kind = "not trusted"


class Conflict(Refusal):
    """Existing files differ from the ones to be written."""

    exit_code = 5
    kind = "conflict"


class IOFailure(Refusal):
    """A disk, folder, port or network error."""

    exit_code = 6
    kind = "input/output"


class InternalError(Refusal):
    """A bug in the scaffolder or in a template of the catalogue."""

    exit_code = 7
    kind = "internal error"


class Interrupted(Refusal):
    """The user or the system asked the command to stop."""

    exit_code = 130
    kind = "interrupted"


def interrupted() -> Interrupted:
    """Return the refusal for Ctrl-C and for a termination signal."""
    return Interrupted(
        what="stopped before it finished",
        where="this command",
        why="Ctrl-C was pressed, or the system sent a termination signal",
        fix="run the same command again; nothing unfinished was left behind",
    )


def cancelled(where: str, why: str) -> Interrupted:
    """Return the refusal for a user who chose to stop at a question."""
    return Interrupted(
        what="cancelled; nothing was written", where=where, why=why, fix="run the same command again when you are ready"
    )


def unwritten(error: OSError) -> IOFailure:
    """Return the refusal for output that cannot be written, after the work is done."""
    return IOFailure(
        what="cannot write the output",
        where="standard output",
        why=f"{error.strerror or error}; the work itself is done",
        fix="direct the output to a place that can be written; there is no need to do the work again",
    )
