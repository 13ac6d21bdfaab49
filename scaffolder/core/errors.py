"""Every refusal: an expected stop with a remedy, and the exit code that goes with it.

A refusal says what is wrong, where, why, and how to mend it. `report.py` words the block.
Anything else that is raised is a fault of our own, and leaves with code 7.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Refusal(Exception):
    """An expected stop.

    Args:
        what: What is wrong, as a lower-case phrase.
        where: The option, file or place that it was found in.
        why: What would happen otherwise, or what the rule is.
        fix: What to do about it; a command where there is one.
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
        """Answer what is wrong."""
        return self.what


class BuildOrTestFailed(Refusal):
    """A project does not build, does not answer as promised, or fails its own tests."""

    exit_code = 1
    kind = "failed"


class BadInput(Refusal):
    """An argument, an answer or a project that cannot be worked with."""

    exit_code = 2
    kind = "refused"


class ToolMissing(Refusal):
    """A tool is not there, too old, or does not do what its name says."""

    exit_code = 3
    kind = "missing tool"


class TrustRefused(Refusal):
    """A template wants to run code, or to write outside of the project."""

    exit_code = 4
    kind = "not trusted"


class Conflict(Refusal):
    """What is there already differs from what would be written."""

    exit_code = 5
    kind = "conflict"


class IOFailure(Refusal):
    """A disk, a folder, a port or the network does not play along."""

    exit_code = 6
    kind = "input/output"


class InternalError(Refusal):
    """A template of the catalogue, or the scaffolder itself, is wrong."""

    exit_code = 7
    kind = "internal error"


class Interrupted(Refusal):
    """The user, or the system, asked us to stop."""

    exit_code = 130
    kind = "interrupted"


def interrupted() -> Interrupted:
    """Answer the refusal that every interruption ends in."""
    return Interrupted(
        what="stopped before the end",
        where="this command",
        why="you pressed Ctrl-C, or the system asked it to stop",
        fix="run the same command again; nothing half-made was left behind",
    )


def cancelled() -> Interrupted:
    """Answer the refusal of a user who looked at the answers and chose to stop."""
    return Interrupted(
        what="cancelled; nothing was written",
        where="the review of the answers",
        why="you chose Cancel",
        fix="run the same command again when you are ready",
    )
