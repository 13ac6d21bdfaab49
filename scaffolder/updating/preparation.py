"""Finds the two versions of an update, and the answers for both.

Not here: the plan that follows (`update_plan.py`), and asking a person (`update_questions.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scaffolder.catalogue.interview import Interview, refuse_troubles
from scaffolder.core.errors import BadInput
from scaffolder.updating import change_notes, moved, new_answers, update_plan
from scaffolder.updating.moved import Moved
from scaffolder.updating.new_answers import Asked, NewAnswers
from scaffolder.updating.origin_record import OriginRecord
from scaffolder.updating.rendering import Side
from scaffolder.updating.template_versions import Version, Versions
from scaffolder.updating.version_numbers import numbers

Ask = Callable[[NewAnswers, list[Asked]], NewAnswers]
"""Returns the answers after the user was asked the questions that ask for it."""


@dataclass(frozen=True)
class Prepared:
    """The versions of an update, with their answers.

    Args:
        old: The old version.
        new: The new one.
        moved: What moved between them.
        asked: The questions that are new, or changed.
        notes: The entries of the changelog that concern the template.
    """

    old: Side
    new: Side
    moved: Moved
    asked: tuple[Asked, ...]
    notes: tuple[str, ...]


def prepare(record: OriginRecord, wanted: str | None, given: Mapping[str, Any], place: Path, ask: Ask) -> Prepared:
    """Find the versions of an update, and the answers for both.

    Args:
        record: What the project records of its template.
        wanted: The version to update to; None for the newest.
        given: Answers to questions of that version.
        place: A temporary folder.
        ask: Asks the user.

    Raises:
        BadInput: There is no such version, the template is gone from it, or an answer is refused.
        IOFailure: The source of the template cannot be reached.
    """
    versions = Versions(record, place)
    old, new = _both(versions, wanted)
    before = _old_side(old, record)
    between = moved.between(old, new, record.template)
    update_plan.refuse_gone_template(Side(new, between.template, {}), before[0])
    answers = NewAnswers(new, between.template, record.folder, between.renamed(record.answers), dict(given))
    asked = answers.asked(before[1])
    answers = ask(answers, asked)
    interview = answers.interview()
    refuse_troubles(tuple(each for each in interview.troubles if each[0] in answers.given), {})
    after = Side(new, between.template, interview.answers)
    notes = tuple(change_notes.between(old, new, between.template))
    return Prepared(before[0], after, between, tuple(asked), notes)


def old_side(record: OriginRecord, place: Path) -> Side:
    """Return the version that a project is made from, with its answers.

    Raises:
        BadInput: There is no such version, or an answer is refused.
        IOFailure: The source of the template cannot be reached.
    """
    return _old_side(Versions(record, place).recorded(), record)[0]


def _old_side(old: Version, record: OriginRecord) -> tuple[Side, Interview]:
    update_plan.refuse_gone_template(Side(old, record.template, {}), Side(old, record.template, {}))
    interview = new_answers.old_answers(old, record.template, record.folder, record.answers)
    return Side(old, record.template, interview.answers), interview


def _both(versions: Versions, wanted: str | None) -> tuple[Version, Version]:
    old = versions.recorded()
    new = versions.find(wanted) if wanted else versions.newest()
    if old.number and new.number and numbers(new.number) < numbers(old.number):
        raise BadInput(
            what=f"{new.shown} is older than {old.shown}, which the project has",
            where="--to" if wanted else "this program",
            why="an update leads to a later version only",
            fix="undo the update that led to it, or use a later version of this program",
        )
    return old, new
