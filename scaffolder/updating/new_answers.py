"""The answers of a project under the questions of another version of its template.

Not here: asking a person (`update_questions.py`), and Copier's verdict on an answer (`render.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from scaffolder.catalogue import render
from scaffolder.catalogue.interview import Interview
from scaffolder.core.errors import BadInput
from scaffolder.core.template import Question
from scaffolder.updating.template_versions import Version

NEW, CHANGED, UNFIT = "new", "changed", "no longer fits"


@dataclass(frozen=True)
class Asked:
    """A question that the new version asks anew.

    Args:
        question: The question.
        why: `NEW`, `CHANGED`, or `UNFIT` for one whose recorded answer is refused.
        answer: The answer so far: given, recorded, or the default.
        trouble: Why the recorded answer is refused.
    """

    question: Question
    why: str
    answer: Any
    trouble: str = ""


@dataclass(frozen=True)
class NewAnswers:
    """The answers under the questions of the new version.

    Args:
        version: The version.
        template: The template's id in it.
        folder: The project's folder.
        recorded: The recorded answers under the names of the new version.
        given: Those that the user gave.
    """

    version: Version
    template: str
    folder: Path
    recorded: Mapping[str, Any]
    given: Mapping[str, Any]

    def interview(self, given: Mapping[str, Any] | None = None) -> Interview:
        """Return the questions of the new version with all answers.

        Args:
            given: Answers that replace those that the user gave.
        """
        own = self.given if given is None else given
        found = interview(self.version, self.template, self.folder, {**self.recorded, **own})
        # An answer whose question is gone is left out.
        names = {question.name for question in found.questions} | set(own)
        return replace(found, troubles=tuple(each for each in found.troubles if each[0] in names))

    def asked(self, old: Interview) -> list[Asked]:
        """Return the questions that are new or have changed, and those whose answer is refused now.

        Args:
            old: The questions of the old version.
        """
        now, before = self.interview(), {question.name: question for question in old.questions}
        troubles = dict(now.troubles)
        found = []
        for question in now.questions:
            name, trouble = question.name, troubles.get(question.name, "")
            answer = now.answers[name]
            if trouble and name not in self.given:
                found.append(Asked(question, UNFIT, self.recorded[name], trouble))
            elif name not in self.recorded:
                found.append(Asked(question, NEW, answer))
            elif name in before and _differ(before[name], question):
                found.append(Asked(question, CHANGED, answer))
        return found


def interview(version: Version, template: str, folder: Path, given: Mapping[str, Any]) -> Interview:
    """Put the questions of a version to some answers."""
    return render.interview(template, folder, given, None if version.is_own else version)


def old_answers(version: Version, template: str, folder: Path, recorded: Mapping[str, Any]) -> Interview:
    """Return the recorded answers under the questions of their own version.

    Raises:
        BadInput: One of them was never legal there.
    """
    found = interview(version, template, folder, recorded)
    names = {question.name for question in found.questions}
    for name, trouble in ((name, trouble) for name, trouble in found.troubles if name in names):
        raise BadInput(
            what=f"the recorded answer for {name} is not legal in its own version",
            where=str(folder / ".copier-answers.yml"),
            why=trouble,
            fix="restore the file from git",
        )
    return found


def refuse_unfit(asked: list[Asked], template: str, command: str) -> None:
    """Refuse recorded answers that the new version does not take.

    Raises:
        BadInput: There is one.
    """
    for each in asked:
        if each.why == UNFIT:
            name = each.question.name
            raise BadInput(
                what=f"the answer for {name} no longer fits",
                where=f"{name}: {each.answer}, in .copier-answers.yml",
                why=f"the new version of {template or 'the template'} refuses it: {each.trouble}",
                fix=f"give another one: {command} --set {name}=VALUE",
            )


def _differ(old: Question, new: Question) -> bool:
    return (old.type, old.help, old.choices, old.default) != (new.type, new.help, new.choices, new.default)
