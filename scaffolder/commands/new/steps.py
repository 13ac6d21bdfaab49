"""The steps of `scaffold new`, from the first question to the first commit.

Each step takes what is known so far and answers what is known after it. `command.py` says
in which order they are taken.

Not here: the validation that follows (`validate.py`).
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from scaffolder.catalogue import manifests, render
from scaffolder.catalogue.interview import refuse_troubles
from scaffolder.commands.new import composition, staging
from scaffolder.core.errors import BadInput
from scaffolder.core.invocation import program, program_elsewhere
from scaffolder.core.requests import NewRequest
from scaffolder.system import git_repository
from scaffolder.ui import prompts
from scaffolder.ui.report import Report


@dataclass(frozen=True)
class Making:
    """A project in the making.

    Args:
        request: What was asked for.
        report: Where to say things.
        template: The template's id.
        given: The answers that were given, before they are judged.
        answers: A legal answer to each question.
        destination: The project's folder.
        validate: Whether the project is to be proven.
        files: The paths of the project's files.
        additions: What the template is composed with.
        notes: What its owner has to know of that.
    """

    request: NewRequest
    report: Report
    template: str = ""
    given: dict[str, Any] = field(default_factory=dict)
    answers: dict[str, Any] = field(default_factory=dict)
    destination: Path = Path()
    validate: bool = False
    files: tuple[str, ...] = ()
    additions: tuple[composition.Addition, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def folder(self) -> str:
        """The project's folder as the user named it, as a word for a shell."""
        named = str(self.request.destination or self.destination.name)
        return shlex.quote(f"./{named}" if named.startswith("-") else named)

    @property
    def command(self) -> str:
        """The command that makes the same project again, without a question."""
        words = [program(), "new", self.folder, "--template", self.template]
        for name, value in self.answers.items():
            text = str(value).lower() if isinstance(value, bool) else str(value)
            words += ["--set", shlex.quote(f"{name}={text}")]
        words += [f"--with {shlex.quote(str(addition))}" for addition in self.additions]
        words += [] if self.request.git else ["--no-git"]
        # Without --defaults, a terminal would be shown the answers once more.
        return " ".join([*words, "--defaults", "--validate" if self.validate else "--no-validate"])


def choose_template(making: Making) -> Making:
    """Take the template that was named, or let the user pick one."""
    request = making.request
    given = dict(request.answers)
    template = request.template or given.get("template")
    given.pop("template", None)
    additions = composition.parse(request.additions)
    if template is None and request.may_prompt:
        template = prompts.pick_template(manifests.templates())
    if template is None:
        raise BadInput(
            what="no template was chosen",
            where="--template",
            why="--defaults asks nothing" if request.interactive else "there is no terminal to ask at",
            fix=f"{program()} new {request.destination or 'my-worker'} --template "
            f"{'|'.join(manifests.template_ids())} --defaults",
        )
    return replace(making, template=manifests.template(str(template)).id, given=given, additions=additions)


def choose_destination(making: Making) -> Making:
    """Take the folder that was named; one that was not gets the worker's name."""
    named = making.request.destination
    if named is not None:
        destination = staging.destination_of(named)
        staging.check_destination(destination)
    else:
        destination = Path.cwd() / str(making.given.get("worker_name", "my-worker"))
    return replace(making, destination=destination)


def answer_questions(making: Making) -> Making:
    """Judge the answers that were given, and ask for those that were not."""
    interview = render.interview(making.template, making.destination, making.given)
    refuse_troubles(interview.troubles)
    if interview.missing and not making.request.may_prompt and not making.request.use_defaults:
        raise _missing(replace(making, answers=interview.answers), interview.missing)
    making = replace(making, answers=interview.answers)
    for name in interview.missing if making.request.may_prompt else ():
        making = ask(making, name)
    return making


def ask(making: Making, name: str) -> Making:
    """Ask one question; later defaults follow from the answer."""
    interview = render.interview(making.template, making.destination, making.given)
    question = next(question for question in interview.questions if question.name == name)
    answer = prompts.ask(question, lambda text: _judge(making, name, text))
    given = {**making.given, name: answer}
    judged = render.interview(making.template, making.destination, given)
    return replace(making, given=given, answers=judged.answers)


def settle_destination(making: Making) -> Making:
    """Let a project that was given no folder have one of its worker's name."""
    if making.request.destination is not None:
        return making
    destination = Path.cwd() / str(making.answers["worker_name"])
    staging.check_destination(destination)
    return replace(making, destination=destination)


def decide_validation(making: Making) -> Making:
    """Validate where it was asked for, and by default where somebody is watching."""
    wanted = making.request.validate
    return replace(making, validate=making.request.interactive if wanted is None else wanted)


def rehearse(making: Making) -> Making:
    """See whether the template can take what it is to be composed with, before anything is asked, got or written."""
    composition.rehearse(making.template, making.answers, making.additions)
    return making


def make(making: Making) -> Making:
    """Render the project beside its destination, check it, and rename it into place."""
    staging.check_destination(making.destination)
    with staging.staging(making.destination) as staged:
        render.render(making.template, making.answers, staged)
        notes = composition.apply(staged, making.additions)
        staging.check_tree(staged)
        files = sorted(path.relative_to(staged).as_posix() for path in staged.rglob("*") if path.is_file())
        if not making.request.dry_run:
            staging.deliver(staged, making.destination)
    return replace(making, files=tuple(files), notes=tuple(notes))


def commit(making: Making) -> Making:
    """Make the first commit, unless the project is inside a repository already."""
    if not making.request.git or git_repository.is_inside_repository(making.destination.parent):
        return making
    if not git_repository.create_initial_commit(making.destination):
        making.report.note(
            "git does not know who you are, so everything is staged but not committed. "
            "Set user.name and user.email, then: git commit -m 'Start from the catalogue'"
        )
    return making


def show_project(making: Making) -> Making:
    """Show the project's files, and say where they are."""
    report, verb = making.report, "would be made" if making.request.dry_run else "is made"
    report.tree(f"{making.destination} {verb}", list(making.files))
    for note in making.notes:
        report.plain(note)
    report.result(
        project=str(making.destination),
        template=making.template,
        answers=making.answers,
        additions=[str(addition) for addition in making.additions],
        notes=list(making.notes),
        files=list(making.files),
        command_again=making.command,
        dry_run=making.request.dry_run,
    )
    return making


def show_next(making: Making) -> Making:
    """Say what to run next, and the command that makes the same project again."""
    report = making.report
    if not making.request.dry_run:
        report.line("\nNext:")
        report.plain(f"  cd {making.folder}\n  {program_elsewhere()} dev\n  {program_elsewhere()} validate")
    report.line("\nThe same project again:")
    report.plain(f"  {making.command}")
    return making


def _judge(making: Making, name: str, text: str) -> str:
    given = {**making.given, name: text}
    interview = render.interview(making.template, making.destination, given)
    return dict(interview.troubles).get(name, "")


def _missing(making: Making, names: tuple[str, ...]) -> BadInput:
    return BadInput(
        what=f"no answer to {', '.join(names)}",
        where="--set",
        why="there is no terminal to ask at, and --defaults was not given",
        fix=making.command,
    )
