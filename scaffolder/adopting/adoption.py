"""An adoption before it is carried out: the proposal, and what the user has changed about it.

Not here: the proposal's parts (`recognition.py`, `proposed_answers.py`, `offers.py`), and asking (`adopt_review.py`).
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from scaffolder.adopting.offers import Offer, Offers
from scaffolder.core.invocation import program
from scaffolder.core.template import answer_text
from scaffolder.editing import record
from scaffolder.system.file_writer import FileChange

NOTHING = Offers((), (), (), (), is_whole=False)


@dataclass(frozen=True)
class Adoption:
    """An adoption.

    Args:
        folder: The project's folder.
        template: The template's id.
        upstream: The template of workers-rs that the project was generated from; empty if it is not known.
        why: Why that template is proposed, as a clause.
        untouched: The project's files that are untouched upstream ones.
        given: The answers of the user.
        answers: A legal answer to each question of the template.
        unfit: The answers that the project implies and the template refuses, with the reasons.
        answers_file: The file of answers that the template has.
        offers: The files that the template would bring.
        chosen: The offered files that are taken.
    """

    folder: Path
    template: str
    upstream: str
    why: str
    untouched: frozenset[str]
    given: dict[str, Any]
    answers: dict[str, Any] = field(default_factory=dict)
    unfit: dict[str, str] = field(default_factory=dict)
    answers_file: bytes = b""
    offers: Offers = NOTHING
    chosen: tuple[str, ...] = ()

    def knowing(self, answers: dict[str, Any], unfit: dict[str, str], answers_file: bytes, found: Offers) -> Adoption:
        """Return the adoption with all that follows from its template."""
        return replace(self, answers=answers, unfit=unfit, answers_file=answers_file, offers=found)

    def choosing(self, paths: Sequence[str]) -> Adoption:
        """Return the adoption with other files taken."""
        return replace(self, chosen=tuple(paths))

    @property
    def usual(self) -> list[str]:
        """The files that are taken where nobody chooses: all if the program is an untouched one, or else none."""
        return [each.path for each in self.offers.choices] if self.offers.is_whole else []

    @property
    def taken(self) -> list[Offer]:
        """The offers that are taken."""
        return self.offers.taken(self.chosen)

    @property
    def own(self) -> list[str]:
        """The template's files that stay the project's own, and that no update touches."""
        return self.offers.kept(self.taken)

    @property
    def changes(self) -> list[FileChange]:
        """What is written: the files that are taken, and the records."""
        path = self.folder / record.FILE
        before = path.read_bytes() if path.is_file() else None
        text = record.text_of(record.read(self.folder) or (), self.own)
        answers = FileChange(self.folder / record.ANSWERS, None, self.answers_file)
        records = [FileChange(path, before, text.encode() or None)] if text or before is not None else []
        return [*(each.change for each in self.taken), answers, *records]

    @property
    def command(self) -> str:
        """The command that adopts the project like that without asking anything."""
        words = [program(), "adopt", shlex.quote(os.path.relpath(self.folder)), "--template", self.template]
        for name, value in self.answers.items():
            words += [] if name in self.unfit else ["--set", shlex.quote(f"{name}={answer_text(value)}")]
        if list(self.chosen) != self.usual:
            words += [f"--take {shlex.quote(path)}" for path in self.chosen]
        return " ".join([*words, "--yes"])

    @property
    def document(self) -> Mapping[str, Any]:
        """The adoption as the JSON document shows it."""
        files = [
            {"file": each.path, "action": each.action, "taken": each in self.taken, "goes_with": each.goes_with}
            for each in self.offers.files
        ]
        return {
            "project": str(self.folder),
            "template": self.template,
            "upstream": self.upstream,
            "why": self.why,
            "answers": self.answers,
            "files": files,
            "same": list(self.offers.same),
            "own": self.own,
            "edited": list(self.offers.edited),
            "untouched": sorted(self.untouched),
            "command_again": self.command,
        }
