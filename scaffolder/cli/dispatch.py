"""Turns parsed arguments into the request of a command, and calls the command's module.

Every module of `commands/` is imported only when it is called: Copier alone takes a third of a second.

Not here: the arguments (`command_line.py`).
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

from scaffolder.catalogue import manifests, yaml_documents
from scaffolder.cli import edit_options, source_dispatch
from scaffolder.core.errors import BadInput
from scaffolder.core.requests import ANY_HASH, CheckRequest, Consent, NewRequest
from scaffolder.ui.report import Report


def new(options: argparse.Namespace, report: Report) -> int:
    """Run `scaffold new`."""
    _refuse_two_templates([*options.template, *(value for name, value in options.set if name == "template")])
    answers, lines = yaml_documents.answers(options.answers) if options.answers else ({}, {})
    given = dict(options.set)
    request = NewRequest(
        destination=options.dest,
        template=options.template[-1] if options.template else None,
        answers={**answers, **given},
        places={name: _place(options.answers, lines.get(name)) for name in answers if name not in given},
        additions=tuple(options.additions),
        validate=options.validate,
        use_defaults=options.defaults,
        yes=options.yes,
        git=not options.no_git,
        dry_run=options.dry_run,
        interactive=is_interactive(options),
        workspace=options.workspace,
        source=options.source,
        trust=options.trust,
    )
    with command("foreign_catalogue").taken_from(options.source, report, request.consent):
        return int(command("new.command").run(request, report))


def validate(options: argparse.Namespace, report: Report) -> int:
    """Run `scaffold validate`."""
    consent = source_dispatch.consent(options)
    with command("foreign_catalogue").taken_from(options.source, report, consent):
        return _validate(options, consent, report)


def _validate(options: argparse.Namespace, consent: Consent, report: Report) -> int:
    if options.source and not options.all and not options.template and manifests.is_single():
        options.all = True
    ids = manifests.template_ids() if options.all else options.template
    projects = [around(each, report) for each in options.projects or ([] if ids else [Path()])]
    if options.config and len(projects) + len(ids) != 1:
        raise _several_projects(options.config, len(projects) + len(ids))
    names = ("keep", "junit", "config", "strict")
    given = {name: getattr(options, name) for name in names}
    with report.working("looking at the tools"):
        return int(command("validate").run(projects, ids, report, passed=options.pass_env, consent=consent, **given))


def check(options: argparse.Namespace, report: Report) -> int:
    """Run `scaffold check`."""
    if options.explain:
        return int(command("check").explain(options.explain, report))
    request = CheckRequest(
        project=around(options.project, report).absolute(),
        select=options.select,
        ignore=options.ignore,
        fix=options.fix,
        sarif=options.sarif,
        config=options.config,
        policy=options.policy,
    )
    with report.working("checking the project"):
        return int(command("check").check(request, report))


def edit(options: argparse.Namespace, report: Report) -> int:
    """Run `scaffold add`, `remove` or `rename`."""
    if not options.kind or getattr(options, "list", False):
        return int(command("kind_help").show_kinds(report))
    options.project = around(options.project, report)
    with report.working("reading the project"):
        return int(command("edit").run(options.command, edit_options.edit_request(options), report))


def dev(options: argparse.Namespace, report: Report) -> int:
    """Run `scaffold dev`, which does not return."""
    project = around(options.project, report).absolute()
    # An option before the project is ours, and one behind it is among wrangler's.
    chosen = [f"--config={options.config}"] if options.config else []
    trusted = [f"--trust={options.trust or ANY_HASH}"] if options.trust is not None else []
    arguments = [*chosen, *trusted, *options.arguments]
    passed, is_release = options.pass_env, options.release
    return int(command("dev").run(project, arguments, report, passed=passed, is_release=is_release))


def kinds() -> str:
    """Return the names of all kinds, for the help of the commands that edit."""
    return str(command("kind_help").kinds_in_short())


def set_up(options: argparse.Namespace, report: Report) -> int:
    """Run `scaffold setup`."""
    return int(command("setup").run(report, options.ids, yes=options.yes, interactive=is_interactive(options)))


def clean(options: argparse.Namespace, report: Report) -> int:
    """Run `scaffold clean`."""
    module = command("clean")
    wish = module.Wish(
        older_than=options.older_than,
        everything=options.all,
        dry_run=options.dry_run,
        yes=options.yes,
        interactive=is_interactive(options),
    )
    return int(module.run(wish, report))


def command(name: str) -> ModuleType:
    """Import the module of a command, and return it."""
    return importlib.import_module(f"scaffolder.commands.{name}")


def around(folder: Path, report: Report) -> Path:
    """Return the project around the current folder if that one is meant, with a note that names it."""
    from scaffolder.reading import project_root  # noqa: PLC0415 - it loads the parsers

    found = project_root.around(folder) if folder == Path() else folder
    if found != folder:
        report.note(f"project: {found}")
    return found


def _refuse_two_templates(given: Sequence[str]) -> None:
    """Refuse two templates. Of other answers the last one counts, but a template decides what is asked."""
    if len(set(given)) > 1:
        raise BadInput(
            what="two answers to template",
            where="--template, --set template",
            why=f"{' and '.join(f'`{each}`' for each in dict.fromkeys(given))} were given",
            fix="give one of them",
        )


def _several_projects(config: Path, count: int) -> BadInput:
    return BadInput(
        what="--config is about one project",
        where=f"--config {config}",
        why=f"{count} are to be validated",
        fix="validate the projects one by one",
    )


def _place(file: Path, line: int | None) -> str:
    # The lines of what a YAML merge brings in, and of keys that are no texts, are unknown.
    return f"--answers {file}, line {line or '?'}"


def is_interactive(options: argparse.Namespace) -> bool:
    """Return whether the user can be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty() and not options.json
