"""The command `scaffold new`, as a list of steps that can be read from top to bottom.

Not here: the steps (`steps.py`), and the validation at the end (`validate.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from scaffolder.commands import validate
from scaffolder.commands.new.review import review
from scaffolder.commands.new.steps import (
    Making,
    answer_questions,
    choose_destination,
    choose_template,
    commit,
    decide_validation,
    make,
    rehearse,
    settle_destination,
    show_next,
    show_project,
)
from scaffolder.core.requests import NewRequest
from scaffolder.toolchain import provision
from scaffolder.ui.report import Report

CHOOSE: tuple[Callable[[Making], Making], ...] = (
    choose_template,
    choose_destination,
    answer_questions,
    settle_destination,
    rehearse,
    decide_validation,
    review,
)
MAKE: tuple[Callable[[Making], Making], ...] = (make, show_project)


def run(request: NewRequest, report: Report) -> int:
    """Make a project, and prove it if that is wanted."""
    making = _take(CHOOSE, Making(request=request, report=report))
    if request.dry_run:
        _take((*MAKE, show_next), making)
        return 0
    if not making.validate:
        _take((*MAKE, commit, show_next), making)
        return 0
    ids = [making.template, *provision.chosen(making.answers)]
    toolchain = provision.get_tools(report, ids, yes=request.yes, interactive=request.may_prompt)
    making = _take((*MAKE, commit), making)
    proofs = validate.validate([(making.destination.name, making.destination)], toolchain, report, keep=False)
    show_next(making)
    validate.refuse_failures(proofs)
    return 0


def _take(steps: Sequence[Callable[[Making], Making]], making: Making) -> Making:
    for step in steps:
        making = step(making)
    return making
