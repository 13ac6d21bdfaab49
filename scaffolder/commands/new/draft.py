"""A project before it is made: the request, and the decisions so far.

Not here: the decisions themselves (`steps.py`).
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scaffolder.catalogue import current
from scaffolder.commands.new.conversation import Conversation
from scaffolder.core.errors import Refusal
from scaffolder.core.invocation import program
from scaffolder.core.requests import NewRequest
from scaffolder.core.template import answer_text
from scaffolder.ui.report import Report


@dataclass(frozen=True)
class Addition:
    """A kind that `--with` adds to the template.

    Args:
        kind: The kind's word.
        name: Its name in the syntax of `scaffold add`; empty for the usual name.
    """

    kind: str
    name: str = ""

    def __str__(self) -> str:
        """Return it in the syntax of `--with`."""
        return f"{self.kind}:{self.name}" if self.name else self.kind


@dataclass(frozen=True)
class NewProject:
    """The draft of a project.

    Args:
        request: The user's request.
        report: Where results and notes are shown.
        conversation: The user's answers at the terminal.
        template: The template's id.
        given: The user's answers, which may still be refused.
        answers: A legal answer to each question.
        destination: The project's folder.
        validate: Whether to validate the project once it is made.
        files: The paths of the project's files.
        additions: The kinds to add to the template.
        notes: Sentences about the project that its owner has to read.
        delivered: The project's folder, once the project is there; shared by all later states of the draft.
        refusal: The reason why there is no first commit, if git failed.
        workspace: `join` or `outside` of the Cargo workspace around the project; empty if there is none.
        is_staged_only: Whether the files are staged and not committed, since git does not know its user.
    """

    request: NewRequest
    report: Report
    conversation: Conversation = field(default_factory=Conversation)
    template: str = ""
    given: dict[str, Any] = field(default_factory=dict)
    answers: dict[str, Any] = field(default_factory=dict)
    destination: Path = Path()
    validate: bool = False
    files: tuple[str, ...] = ()
    additions: tuple[Addition, ...] = ()
    notes: tuple[str, ...] = ()
    delivered: list[Path] = field(default_factory=list)
    refusal: Refusal | None = None
    workspace: str = ""
    is_staged_only: bool = False

    @property
    def folder(self) -> str:
        """The project's folder as the user named it, quoted for a shell."""
        named = str(self.request.destination or self.destination.name)
        return shlex.quote(f"./{named}" if named.startswith("-") else named)

    @property
    def command(self) -> str:
        """The command that makes the same project again without asking anything."""
        foreign = current.foreign()
        words = self._beginning
        for name, value in self.answers.items():
            words += ["--set", shlex.quote(f"{name}={answer_text(value)}")]
        words += [f"--with {shlex.quote(str(addition))}" for addition in self.additions]
        words += [f"--workspace {self.workspace}"] if self.workspace else []
        words += [] if self.request.git else ["--no-git"]
        words += [f"--trust {foreign.hash}"] if foreign and (foreign.runs or self.validate) else []
        # Without --defaults, a terminal would show the review of the answers again.
        return " ".join([*words, "--defaults", "--validate" if self.validate else "--no-validate"])

    @property
    def first_command(self) -> str:
        """The command that makes a project of the template with all defaults."""
        return " ".join([*self._beginning, "--defaults"])

    @property
    def _beginning(self) -> list[str]:
        foreign = current.foreign()
        words = [program(), "new", self.folder]
        words += [f"--from {shlex.quote(foreign.name or foreign.address)}"] if foreign else []
        return words + (["--template", self.template] if not foreign or foreign.ids else [])
