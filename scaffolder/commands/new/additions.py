"""Asks which kinds of `scaffold add` a new project gets, and for the name of each.

Not here: the syntax of `--with`, and the edits (`composition.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from scaffolder.commands.new.draft import Addition, NewProject
from scaffolder.core.errors import Refusal
from scaffolder.core.template import Question
from scaffolder.ui import prompts

TITLE = "What should be added to it?"


def choose_additions(draft: NewProject) -> NewProject:
    """Let the user check what to add, unless `--with` was given; nothing is checked at first."""
    request = draft.request
    if request.additions or not request.may_prompt:
        return draft
    return replace(draft, additions=ask_additions(draft))


def ask_additions(draft: NewProject) -> tuple[Addition, ...]:
    """Let the user check kinds, and name those that are new; what was added before is checked.

    Raises:
        WentBack: The user pressed Escape.
    """
    kept = {str(addition): addition for addition in draft.additions}
    entries = _entries(kept)

    def check(before: Sequence[str] | None) -> list[str]:
        checked = list(kept) if before is None else before
        return prompts.check(TITLE, entries, checked, lambda values: _judge_checked(draft, kept, values))

    additions: tuple[Addition, ...] = ()
    for value in draft.conversation.ask(check):
        additions += (kept[value] if value in kept else _named(draft, additions, value),)
    return additions


def _entries(kept: dict[str, Addition]) -> list[prompts.Entry]:
    from scaffolder.editing.kind_registry import kinds  # noqa: PLC0415 - it loads every kind, and what they read

    names = [*kept, *(name for name in kinds() if name not in kept)]
    found = {name: kinds()[kept[name].kind if name in kept else name] for name in names}
    return [
        prompts.Entry(name, name, kind.title, details=(f"{kind.name}: {kind.title}", kind.details, *kind.limits))
        for name, kind in found.items()
    ]


def _named(draft: NewProject, others: tuple[Addition, ...], name: str) -> Addition:
    """Ask for the name of a kind in the syntax of `scaffold add`, if it has one."""
    from scaffolder.editing.kind_registry import kind as kind_of  # noqa: PLC0415 - likewise

    kind = kind_of(name)
    if not kind.argument:
        return Addition(name)
    question = Question(
        name="with",
        type="str",
        help=f"Which {name}, as {kind.argument}? {kind.title}",
        default=kind.usual_name or "",
        placeholder=kind.example or kind.argument,
    )

    def judge(text: str) -> str:
        return _judge(draft, [*map(str, others), f"{name}:{text}"])

    answer = str(draft.conversation.ask(lambda before: prompts.ask(question, judge, before)))
    # Without a name, the kind itself may know a better one for this template.
    return Addition(name, "" if answer == kind.usual_name else answer)


def _judge_checked(draft: NewProject, kept: dict[str, Addition], values: Sequence[str]) -> str:
    from scaffolder.editing.kind_registry import kinds  # noqa: PLC0415 - likewise

    # What has no default name is judged with the name that it gets.
    return _judge(draft, [value for value in values if value in kept or kinds()[value].usual_name is not None])


def _judge(draft: NewProject, values: Sequence[str]) -> str:
    """Return why the template cannot take some additions, in the syntax of `--with`; an empty text if it can."""
    from scaffolder.commands.new import composition  # noqa: PLC0415 - likewise

    try:
        if additions := composition.parse(values):
            composition.rehearse(draft.template, draft.answers, additions)
    except Refusal as refusal:
        return f"{refusal.what}: {refusal.why}"
    return ""
