"""The command `scaffold new`, as a list of steps that can be read from top to bottom.

Not here: the steps (`steps.py`, `making.py`), and the validation at the end (`validate.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from scaffolder.commands.new.additions import choose_additions
from scaffolder.commands.new.draft import NewProject
from scaffolder.commands.new.foreign_project import agree
from scaffolder.commands.new.house_rules import keep_policy
from scaffolder.commands.new.making import make, report_commit
from scaffolder.commands.new.review import review
from scaffolder.commands.new.root_workflow import show_root_workflow
from scaffolder.commands.new.steps import (
    answer_questions,
    choose_destination,
    choose_template,
    decide_validation,
    rehearse,
    settle_destination,
    show_next,
    show_project,
)
from scaffolder.commands.new.workspace_choice import decide_workspace
from scaffolder.core.errors import Interrupted
from scaffolder.core.invocation import program_elsewhere
from scaffolder.core.requests import NewRequest
from scaffolder.ui.report import Report

Step = Callable[[NewProject], NewProject]

CHOOSE: tuple[Step, ...] = (
    choose_template,
    choose_destination,
    answer_questions,
    choose_additions,
    settle_destination,
    keep_policy,
    decide_workspace,
    rehearse,
    decide_validation,
    review,
    agree,
)
MAKE: tuple[Step, ...] = (make, show_project, show_root_workflow)


def run(request: NewRequest, report: Report) -> int:
    """Make a project, and validate it if the user wants that.

    Returns:
        The exit code.

    Raises:
        Interrupted: The user stopped it; after the project was made, the refusal states that.
    """
    empty = NewProject(request=request, report=report)
    draft = empty.conversation.hold(lambda: _take(CHOOSE, empty))
    try:
        _make(draft)
    except KeyboardInterrupt:
        if not draft.delivered:
            raise
        raise _stopped_later(draft) from None
    return 0


def _make(draft: NewProject) -> None:
    if draft.request.dry_run:
        _take((*MAKE, show_next), draft)
    elif not draft.validate:
        _take((*MAKE, report_commit, show_next), draft)
    else:
        _make_and_validate(draft)


def _make_and_validate(draft: NewProject) -> None:
    """Get the tools before the project is made, so that one that is refused leaves nothing behind."""
    from scaffolder.commands import validate  # noqa: PLC0415 - it loads the whole toolchain
    from scaffolder.toolchain import provision  # noqa: PLC0415 - likewise

    report, request = draft.report, draft.request
    ids = [draft.template, *provision.chosen(draft.answers)]
    toolchain = provision.get_tools(report, ids, yes=request.yes, interactive=request.may_prompt)
    made = _take((*MAKE, report_commit), draft)
    proofs = validate.validate([(made.destination.name, made.destination)], toolchain, report, keep=False)
    show_next(made)
    validate.refuse_failures(proofs)


def _stopped_later(draft: NewProject) -> Interrupted:
    return Interrupted(
        what="stopped after the project was made",
        where=str(draft.destination),
        why="the project is complete, but it is not proven: no validation has finished",
        fix=f"to prove it: cd {draft.folder} && {program_elsewhere()} validate",
    )


def _take(steps: Sequence[Step], draft: NewProject) -> NewProject:
    for step in steps:
        draft = step(draft)
    return draft
