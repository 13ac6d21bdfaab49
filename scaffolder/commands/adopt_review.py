"""The questions of `scaffold adopt` at a terminal: which files to take, and a review in which anything can be changed.

Not here: the proposal (`adopt.py`), and the prompts (`prompts.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from scaffolder.adopting import offers
from scaffolder.adopting.adoption import Adoption
from scaffolder.catalogue import render
from scaffolder.commands.new import picker
from scaffolder.commands.new.conversation import Conversation
from scaffolder.core.errors import cancelled
from scaffolder.core.template import answer_text
from scaffolder.ui import prompts

ABOUT = {
    offers.CREATE: "new: the project has no such file",
    offers.REPLACE: "replaces an untouched upstream file",
    offers.REMOVE: "removes an untouched upstream file, for which the template has no use",
}

Render = Callable[[Adoption], Adoption]


def review(proposal: Adoption, render_again: Render) -> Adoption:
    """Ask for what the project does not tell, offer each file, and show all until the user confirms.

    Args:
        proposal: The proposal.
        render_again: Returns an adoption with what follows from its template and answers.

    Raises:
        Interrupted: The user chose to stop.
    """
    conversation = Conversation()
    return conversation.hold(lambda: _confirmed(conversation, proposal, render_again))


def _confirmed(conversation: Conversation, adoption: Adoption, render_again: Render) -> Adoption:
    for name in adoption.unfit:
        adoption = _asked(conversation, adoption, name, render_again)
    adoption = _with_files(conversation, adoption)
    while (choice := _choice(conversation, adoption)) != prompts.CREATE:
        if choice == prompts.CANCEL:
            raise cancelled("the review of the adoption", "you chose Cancel")
        if choice == "template":
            adoption = _of_another_template(conversation, adoption, render_again)
        elif choice == "files":
            adoption = _with_files(conversation, adoption)
        else:
            adoption = _asked(conversation, adoption, choice, render_again)
    return adoption


def _of_another_template(conversation: Conversation, adoption: Adoption, render_again: Render) -> Adoption:
    picked = str(conversation.ask(lambda _: picker.pick_template(adoption.template)))
    changed = render_again(replace(adoption, template=picked, why="you chose it", given={}, chosen=()))
    return _with_files(conversation, changed)


def _choice(conversation: Conversation, adoption: Adoption) -> str:
    answers = {name: answer_text(value) for name, value in _lines(adoption)}
    return str(conversation.ask(lambda before: prompts.review(answers, before, accept="Adopt the project")))


def _lines(adoption: Adoption) -> list[tuple[str, Any]]:
    files = f"{len(adoption.chosen)} of {len(adoption.offers.choices)} are taken"
    return [("template", f"{adoption.template}: {adoption.why}"), *adoption.answers.items(), ("files", files)]


def _asked(conversation: Conversation, adoption: Adoption, name: str, render_again: Render) -> Adoption:
    given = dict(adoption.answers)
    questions = render.interview(adoption.template, adoption.folder, given).questions
    question = next(each for each in questions if each.name == name)

    def judge(text: str) -> str:
        return dict(render.interview(adoption.template, adoption.folder, {**given, name: text}).troubles).get(name, "")

    answer = conversation.ask(lambda before: prompts.ask(question, judge, before))
    changed = render_again(replace(adoption, given={**adoption.given, name: answer}))
    return changed.choosing([each.path for each in changed.offers.choices if each.path in adoption.chosen])


def _with_files(conversation: Conversation, adoption: Adoption) -> Adoption:
    """Offer each file that the template would bring; those of an untouched program are checked at first."""
    entries = [
        prompts.Entry(each.path, each.path, ABOUT[each.action], details=(ABOUT[each.action],))
        for each in adoption.offers.choices
    ]
    if not entries:
        return adoption
    start = adoption.chosen or adoption.usual

    def check(before: list[str] | None) -> list[str]:
        return prompts.check("Which files should it take?", entries, start if before is None else before, lambda _: "")

    return adoption.choosing(conversation.ask(check))
