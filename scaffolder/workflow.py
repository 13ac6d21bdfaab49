"""What each command does, as a list of steps that can be read from top to bottom.

Not here: the steps (`creation.py`, `validation.py`), and the arguments (`cli.py`).
"""

from __future__ import annotations

import difflib
import os
import shlex
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import NoReturn

from scaffolder import catalogue, pinning, process, prompts, render, telling, tooling, validation, wrangler
from scaffolder.creation import (
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
from scaffolder.editing.book import kinds
from scaffolder.errors import BadInput, BuildOrTestFailed
from scaffolder.front import program
from scaffolder.records import NewRequest, Question
from scaffolder.report import Report
from scaffolder.reviewing import review
from scaffolder.toolchain import doctor, environment, setup

STATE = {"--persist-to", "--env", "-e"}
"""The options of `wrangler dev` that choose the local state."""

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


def new(request: NewRequest, report: Report) -> int:
    """Make a project, and prove it if that is wanted."""
    making = _take(CHOOSE, Making(request=request, report=report))
    if request.dry_run:
        _take((*MAKE, show_next), making)
        return 0
    if not making.validate:
        _take((*MAKE, commit, show_next), making)
        return 0
    ids = [making.template, *tooling.chosen(making.answers)]
    toolchain = tooling.get_tools(report, ids, yes=request.yes, interactive=request.asks)
    making = _take((*MAKE, commit), making)
    proofs = validation.validate([(making.destination.name, making.destination)], toolchain, report, keep=False)
    show_next(making)
    validation.refuse_failures(proofs)
    return 0


def validate(projects: Sequence[Path], ids: Sequence[str], report: Report, *, keep: bool, junit: Path | None) -> int:
    """Prove projects, and templates rendered with their default answers."""
    for id_ in ids:
        catalogue.template(id_)
    named = [(name, project.absolute()) for name, project in zip(_names(projects, ids), projects, strict=True)]
    options = [option for project in projects for option in tooling.options(project)]
    if junit is not None:
        validation.check_junit(junit)
    toolchain = tooling.find_tools([*ids, *options])
    with validation.rendered(ids, report) as made:
        proofs = validation.validate([*named, *made], toolchain, report, keep=keep)
    if junit is not None:
        validation.write_junit(junit, proofs)
    validation.refuse_failures(proofs)
    return 0


def show_list(report: Report) -> int:
    """List the templates."""
    templates = catalogue.templates()
    report.rows(
        ["template", "what it does", "bindings"],
        [[t.id, t.summary, ", ".join(sorted({b.kind for b in t.bindings})) or "-"] for t in templates],
    )  # fmt: skip
    report.result(templates=[asdict(template) for template in templates])
    return 0


def show_info(id_: str, report: Report) -> int:
    """Tell everything about a template, about a kind that can be added, or about both if they have one name.

    Raises:
        BadInput: There is neither.
    """
    if id_ not in catalogue.template_ids() and id_ in kinds():
        return telling.show_kind(id_, report)
    _refuse_unknown(id_)
    template = catalogue.template(id_)
    questions = render.interview(id_, Path.cwd() / "my-worker", {}).questions
    command = f"{program()} new my-worker --template {id_} --defaults"
    report.line(f"[bold]{template.title}[/]: {template.summary}\n")
    if template.bindings:
        report.rows(["binding", "name"], [[b.kind, b.name] for b in template.bindings])
    else:
        report.line("Bound to nothing.")
    report.line("")
    report.rows(["question", "asks", "default", "choices"], [_question_row(question) for question in questions])
    report.line(f"\nNeeds the {template.plan} plan; {'a' if template.login else 'no'} login to run locally.")
    if template.tools:
        report.line(f"Is proven with {', '.join(template.tools)}: {program()} setup --for {id_}")
    for limit in template.limits:
        report.line(f"- {limit}")
    report.tree("files", catalogue.skeleton_files(id_))
    report.plain(f"\nMake one; --with KINDS adds more, of which `{program()} add --list` tells:")
    report.plain(f"  {command}")
    report.result(
        template=asdict(template), questions=[asdict(question) for question in questions],
        files=catalogue.skeleton_files(id_), command_line=command,
    )  # fmt: skip
    if id_ in kinds():
        report.line("\nThe kind of that name:\n")
        telling.show_kind(id_, report)
    return 0


def _refuse_unknown(id_: str) -> None:
    templates = catalogue.template_ids()
    if id_ not in templates:
        near = difflib.get_close_matches(id_, [*templates, *kinds()], n=2, cutoff=0.5)
        raise BadInput(
            what=f"there is no template and no kind `{id_}`", where="ID",
            why=f"the templates are {', '.join(templates)}; the kinds are {', '.join(kinds())}",
            fix=f"did you mean {' or '.join(near)}?" if near else f"see {program()} list, or {program()} add --list",
        )  # fmt: skip


def examine(report: Report, ids: Sequence[str] = ()) -> int:
    """Show every tool; answer 3 if one is missing."""
    examination = doctor.examine(catalogue.pins(), extras=tooling.extras(ids))
    report.tools(examination.tools)
    report.result(tools=[asdict(tool) for tool in examination.tools])
    tooling.toolchain_of(examination, ids=ids, is_shown=True)
    return 0


def set_up(report: Report, ids: Sequence[str], *, yes: bool, interactive: bool) -> int:
    """Get every tool that is missing, and what some templates need beyond the usual ones."""
    planned = setup.plan(catalogue.pins(), extras=tooling.extras(ids))
    rooted = [acquisition for acquisition in planned if acquisition.needs_root]
    if rooted and not yes:
        _agree_on_root(rooted, interactive=interactive)
    if planned:
        tooling.acquire(report, planned)
    report.line("Every tool is there." if not planned else "Every tool is there now.")
    report.result(acquired=[asdict(acquisition) for acquisition in planned])
    return examine(report, ids)


def serve(project: Path, arguments: Sequence[str]) -> NoReturn:
    """Become a project's dev server, with the pinned tools on its path.

    Local D1 databases are brought up to date before.
    """
    words = wrangler.dev(project, *arguments)
    options = tooling.options(project)
    toolchain = tooling.fitted(tooling.find_tools(options), options)
    variables = environment.environment(toolchain)
    node = process.find("node", variables["PATH"]) or "node"
    for migration in wrangler.migrations(project, *_state(arguments)):
        argv = wrangler.command(toolchain.node_modules, *migration)
        code = process.attend([node, *argv[1:]], cwd=project, env=variables)
        if code != 0:
            raise BuildOrTestFailed(
                what="a D1 migration failed", where=str(project), why=f"wrangler ended with code {code}; see above",
                fix="mend the migration that it names",
            )  # fmt: skip
    argv = wrangler.command(toolchain.node_modules, *words)
    process.become([node, *argv[1:]], cwd=project, env=variables)


def show_environment(report: Report, ids: Sequence[str] = ()) -> int:
    """Print the variables that put the pinned tools on a shell's path."""
    variables = environment.exports(tooling.fitted(tooling.find_tools(ids), ids))
    for name, value in variables.items():
        report.plain(f"export {name}={shlex.quote(value)}")
    report.result(environment=variables)
    return 0


def pin(report: Report) -> int:
    """Resolve every lock file of the catalogue from the pinned tuple."""
    written = pinning.update(tooling.find_tools(), report)
    for path in written:
        report.plain(os.path.relpath(path, catalogue.root()))
    report.result(written=[str(path) for path in written])
    return 0


def _take(steps: Sequence[Callable[[Making], Making]], making: Making) -> Making:
    for step in steps:
        making = step(making)
    return making


def _names(projects: Sequence[Path], ids: Sequence[str]) -> list[str]:
    """Answer what a report calls each project: its folder's name, or the whole path where another bears that."""
    names = [project.resolve().name for project in projects]
    taken = [*names, *ids]
    return [
        name if taken.count(name) == 1 else str(project.resolve())
        for name, project in zip(names, projects, strict=True)
    ]


def _state(arguments: Sequence[str]) -> list[str]:
    """Answer the words that say whose local state is meant, which must be the same for all of wrangler."""
    words: list[str] = []
    for at, word in enumerate(arguments):
        if word in STATE:
            words += arguments[at : at + 2]
        elif word.partition("=")[0] in STATE:
            words.append(word)
    return words


def _question_row(question: Question) -> list[str]:
    choices = ", ".join(str(value) for _, value in question.choices)
    return [question.name, question.help, str(question.default), choices or "-"]


def _agree_on_root(rooted: Sequence[setup.Acquisition], *, interactive: bool) -> None:
    commands = "\n".join(acquisition.command for acquisition in rooted)
    if interactive and prompts.confirm(f"This will be run as root:\n{commands}\nGo on?", default=True):
        return
    raise BadInput(
        what="the system's package manager was not to be used", where=f"{program()} setup",
        why=f"these need root: {commands}", fix=f"{program()} setup --yes, or run them yourself",
    )  # fmt: skip
