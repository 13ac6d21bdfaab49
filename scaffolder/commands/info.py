"""The command `scaffold info`: describes one template, or one kind of `scaffold add`.

Not here: the description of a kind (`kind_help.py`).
"""

from __future__ import annotations

import shlex
from dataclasses import asdict

from scaffolder.catalogue import current, manifests
from scaffolder.catalogue.questions import questions as questions_of
from scaffolder.commands import kind_help
from scaffolder.core.errors import BadInput
from scaffolder.core.foreign import Foreign
from scaffolder.core.invocation import program
from scaffolder.core.suggestions import did_you_mean, near_names
from scaffolder.core.template import Question, answer_text
from scaffolder.editing.kind_registry import kinds
from scaffolder.ui.console import escaped
from scaffolder.ui.report import Report


def run(id_: str, report: Report) -> int:
    """Describe a template, a kind, or both if they have the same name.

    Raises:
        BadInput: There is neither.
    """
    foreign = current.foreign()
    if id_ not in manifests.template_ids() and id_ in kinds():
        return kind_help.show_kind(id_, report)
    _refuse_unknown(id_)
    template = manifests.template(id_)
    questions = questions_of(id_)
    files = manifests.project_files(id_)
    command = _command(id_, foreign)
    report.line(f"[bold]{escaped(template.title)}[/]: {escaped(template.summary)}\n")
    if template.bindings:
        report.rows(["binding", "name"], [[b.kind, b.name] for b in template.bindings])
    else:
        report.line("No bindings.")
    report.line("")
    report.rows(["question", "asks", "default", "choices"], [_question_row(question) for question in questions])
    report.line(f"\nNeeds the {escaped(template.plan)} plan; {'a' if template.login else 'no'} login to run locally.")
    if template.tools:
        report.line(f"Validation also needs {escaped(', '.join(template.tools))}: {program()} setup --for {id_}")
    for limit in [*template.limits, *(f"Making a project runs {each}" for each in (foreign.runs if foreign else ()))]:
        report.plain(f"- {limit}")
    report.tree("files", files)
    report.plain(f"\nTo make a project:\n  {command}")
    report.plain(f"--with KINDS, such as --with kv,cron, adds some of the kinds that `{program()} add --list` lists.")
    report.result(
        template=asdict(template),
        questions=[asdict(question) for question in questions],
        files=files,
        command_line=command,
    )
    if id_ in kinds():
        report.line("\nThe kind of the same name:\n")
        kind_help.show_kind(id_, report)
    return 0


def _command(id_: str, foreign: Foreign | None) -> str:
    """Return the command that makes a project of a template."""
    source = f"--from {shlex.quote(foreign.name or foreign.address)} " if foreign else ""
    chosen = "" if manifests.is_single() else f"--template {id_} "
    return f"{program()} new my-worker {source}{chosen}--defaults"


def _refuse_unknown(id_: str) -> None:
    templates = manifests.template_ids()
    if id_ not in templates:
        near = near_names(id_, [*templates, *kinds()], limit=2, cutoff=0.5)
        raise BadInput(
            what=f"no template and no kind named `{id_}`",
            where="ID",
            why=f"the templates are {', '.join(templates)}; the kinds are {', '.join(kinds())}",
            fix=did_you_mean(near, f"see {program()} list, or {program()} add --list"),
        )


def _question_row(question: Question) -> list[str]:
    choices = ", ".join(answer_text(value) for _, value in question.choices)
    return [question.name, question.help, answer_text(question.default), choices or "-"]
