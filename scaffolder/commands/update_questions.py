"""Asks the questions of an update: those that are new or changed, and those whose answer no longer fits.

Not here: which those are (`new_answers.py`).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from shlex import quote

from scaffolder.core.invocation import program
from scaffolder.core.requests import UpdateRequest
from scaffolder.ui import prompts
from scaffolder.ui.report import Report
from scaffolder.updating.new_answers import NEW, UNFIT, Asked, NewAnswers, refuse_unfit


def asking(request: UpdateRequest, report: Report) -> Callable[[NewAnswers, Sequence[Asked]], NewAnswers]:
    """Return the function that asks at a terminal; elsewhere it takes the defaults of new questions.

    Without a terminal, an answer that no longer fits is refused.
    """

    def ask(answers: NewAnswers, asked: Sequence[Asked]) -> NewAnswers:
        if not request.interactive or request.dry_run:
            refuse_unfit(list(asked), answers.template, f"{program()} update {quote(os.path.relpath(request.project))}")
            return answers
        open_ = [each for each in asked if each.question.name not in answers.given]
        if open_:
            # It also ends the line that shows progress, which would be drawn over the questions.
            report.note("The new version of the template asks:")
        for each in open_:
            answers = _asked(answers, each)
        return answers

    return ask


def _asked(answers: NewAnswers, each: Asked) -> NewAnswers:
    name = each.question.name

    def judge(text: str) -> str:
        return dict(answers.interview({**answers.given, name: text}).troubles).get(name, "")

    reasons = {NEW: "new in this version", UNFIT: f"{each.answer} no longer fits: {each.trouble}"}
    question = replace(each.question, help=f"{each.question.help} ({reasons.get(each.why, 'changed in this version')})")
    before = None if each.why == NEW else each.answer
    while True:
        try:
            answer = prompts.ask(question, judge, before)
        except prompts.WentBack:
            prompts.offer_to_stop()
        else:
            return replace(answers, given={**answers.given, name: answer})
