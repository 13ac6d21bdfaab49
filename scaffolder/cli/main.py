"""Turns arguments into one call of a module of `commands/`, and whatever comes of it into an exit code.

Not here: what the commands do.
"""

from __future__ import annotations

import argparse
import importlib
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any, NoReturn

from scaffolder.catalogue import manifests, yaml_documents
from scaffolder.cli import edit_options
from scaffolder.core.errors import BadInput, Refusal, interrupted
from scaffolder.core.findings import CheckRequest
from scaffolder.core.invocation import program
from scaffolder.core.models import NewRequest
from scaffolder.core.unexpected_errors import own_fault, place_trouble
from scaffolder.system import signals
from scaffolder.ui.report import Report

EPILOG = """\
exit codes: 0 done, 1 build, test or check failed, 2 bad input, 3 missing or old tool,
4 trust refused, 5 conflict, 6 input/output, 7 own fault, 130 interrupted"""


class Parser(argparse.ArgumentParser):
    """A parser whose complaints are refusals like any other."""

    more: Callable[[], str] = staticmethod(str)  # what only a reader of the help wants to have worked out

    def format_help(self) -> str:
        """Answer the help."""
        return super().format_help() + self.more()

    def error(self, message: str) -> NoReturn:
        """Refuse arguments that make no sense."""
        what = message.partition("(")[0].strip()
        raise BadInput(
            what=what, where="the command line",
            why="the command line is not understood" if what == message else message, fix=f"{self.prog} --help",
        )  # fmt: skip


def main(given: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        given: The command line without the program's name; `sys.argv` if not given.

    Returns:
        The exit code.
    """
    words = list(sys.argv[1:] if given is None else given)
    signals.heed()
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGHUP, _stop)
    report = Report(_command_of(words), as_json="--json" in words)
    try:
        options = parser().parse_args(words)
        return report.close(options.run(options, report))
    except Refusal as refusal:
        return report.close(report.refuse(refusal))
    except KeyboardInterrupt:
        return report.close(report.refuse(interrupted()))
    except OSError as error:
        return report.close(report.refuse(place_trouble(error)))
    except Exception as error:  # noqa: BLE001 - the one place where our own faults are worded
        return report.close(report.refuse(own_fault(error)))


def parser() -> argparse.ArgumentParser:
    """Answer the parser of the whole command line."""
    top = Parser(
        prog=program(), epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Make a Rust Worker from a template, and prove that it builds and runs.",
    )  # fmt: skip
    top.add_argument("--version", action="version", version=f"scaffold {manifests.pins().catalogue_version}")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=Parser)
    _add_new(commands)
    _add(commands, "list", "list the templates", lambda _, report: _command("list").run(report))
    info = _add(commands, "info", "tell all about a template or a kind",
                lambda o, report: _command("info").run(o.id, report))  # fmt: skip
    info.add_argument("id", metavar="ID")
    _add_validate(commands)
    _add_check(commands)
    for name, help_ in edit_options.EDITS.items():
        edit = _add(commands, name, help_, _edit)
        edit.more = _kinds
        edit_options.for_edit(name, edit)
    _add_dev(commands)
    env = _add(commands, "env", "print the pinned tools' environment for a shell",
               lambda o, report: _command("env").run(report, o.ids))  # fmt: skip
    _add_for(env, "as this option of a project needs it: panic-unwind")
    _add(commands, "doctor", "show every tool that is needed", lambda _, report: _command("doctor").run(report))
    setup = _add(commands, "setup", "get the tools that are missing", _set_up)
    _add_for(setup, "also what this template, or a project's option panic-unwind, needs beyond the usual")
    setup.add_argument("--yes", action="store_true", help="agree to what needs root")
    pin = _add(commands, "pin", "resolve the catalogue's lock files", lambda _, report: _command("pin").run(report))
    pin.add_argument("--update", action="store_true", required=True, help="write them")
    return top


def _add(commands: Any, name: str, help_: str, run: Callable[[argparse.Namespace, Report], int]) -> Parser:
    command: Parser = commands.add_parser(name, help=help_, description=help_, epilog=EPILOG,
                                          formatter_class=argparse.RawDescriptionHelpFormatter)  # fmt: skip
    command.add_argument("--json", action="store_true", help="print one JSON document")
    command.set_defaults(run=run)
    return command


def _add_for(command: Parser, help_: str) -> None:
    command.add_argument("--for", metavar="ID", action="append", default=[], dest="ids", help=help_)


def _add_new(commands: Any) -> None:
    new = _add(commands, "new", "make a project", _new)
    new.add_argument("dest", metavar="DEST", nargs="?", type=_folder, help="the folder to make")
    new.add_argument("--template", metavar="ID", help=f"see: {program()} list")
    new.add_argument("--set", metavar="KEY=VALUE", action="append", default=[], type=_answer, help="answer a question")
    new.add_argument("--with", metavar="KIND[:NAME],...", action="append", default=[], dest="additions",
                     help=f"add these, too, in the words of: {program()} add --list")  # fmt: skip
    new.add_argument("--answers", metavar="FILE", type=Path, help="take answers from a YAML file")
    new.add_argument("--defaults", action="store_true", help="ask nothing; take the default where no answer is given")
    new.add_argument("--validate", action=argparse.BooleanOptionalAction, default=None,
                     help="build it, run it and test it (default: at a terminal)")  # fmt: skip
    new.add_argument("--yes", action="store_true", help="ask for no confirmation; get missing tools")
    new.add_argument("--no-git", action="store_true", help="make no repository and no commit")
    new.add_argument("--dry-run", action="store_true", help="show what would be made, and make nothing")


def _add_validate(commands: Any) -> None:
    validate = _add(commands, "validate", "build projects, run them and test them", _validate)
    validate.add_argument("projects", metavar="PROJECT", nargs="*", type=Path, help="default: this folder")
    validate.add_argument("--template", metavar="ID", action="append", default=[],
                          help="a template with its default answers")  # fmt: skip
    validate.add_argument("--all", action="store_true", help="every template")
    validate.add_argument("--junit", metavar="FILE", type=Path, help="write the results as JUnit XML too")
    validate.add_argument("--keep", action="store_true", help="keep the folder that was built in")


def _add_check(commands: Any) -> None:
    check = _add(commands, "check", "find what does not agree in a worker's files", _check)
    check.add_argument("project", metavar="PROJECT", nargs="?", type=Path, default=Path())
    check.add_argument("--fix", action="store_true", help="mend what is certain")
    check.add_argument("--sarif", metavar="FILE", type=Path, help="write the findings as SARIF too")
    for option, help_ in (("--select", "ask these rules alone"), ("--ignore", "ask all but these")):
        check.add_argument(option, metavar="CODES", type=_codes, action="extend", default=[], help=help_)
    check.add_argument("--explain", metavar="CODE", nargs="?", const="all",
                       help="tell all about a rule, or list the rules, and check nothing")  # fmt: skip


def _add_dev(commands: Any) -> None:
    dev = commands.add_parser("dev", help="run a project's dev server", description="run a project's dev server")
    dev.add_argument("project", metavar="PROJECT", nargs="?", type=Path, default=Path())
    dev.add_argument("arguments", metavar="...", nargs=argparse.REMAINDER, help="passed on to wrangler dev")
    dev.set_defaults(run=lambda o, _: _command("dev").run(o.project.absolute(), o.arguments))


def _new(options: argparse.Namespace, report: Report) -> int:
    answers = yaml_documents.answers(options.answers) if options.answers else {}
    request = NewRequest(
        destination=options.dest, template=options.template,
        answers={**answers, **dict(options.set)}, additions=tuple(options.additions),
        validate=options.validate, use_defaults=options.defaults, yes=options.yes, git=not options.no_git,
        dry_run=options.dry_run, interactive=_is_interactive(options),
    )  # fmt: skip
    return int(_command("new.command").run(request, report))


def _validate(options: argparse.Namespace, report: Report) -> int:
    ids = manifests.template_ids() if options.all else options.template
    projects = options.projects or ([] if ids else [Path()])
    return int(_command("validate").run(projects, ids, report, keep=options.keep, junit=options.junit))


def _check(options: argparse.Namespace, report: Report) -> int:
    from scaffolder.commands import check  # noqa: PLC0415 - the parsers, which no other command needs

    if options.explain:
        return check.explain(options.explain, report)
    request = CheckRequest(
        project=options.project.absolute(), select=options.select, ignore=options.ignore,
        fix=options.fix, sarif=options.sarif,
    )  # fmt: skip
    return check.check(request, report)


def _edit(o: argparse.Namespace, report: Report) -> int:
    from scaffolder.commands import edit, kind_help  # noqa: PLC0415 - the parsers, which few commands need

    if not o.kind or getattr(o, "list", False):
        return kind_help.show_kinds(report)
    return edit.run(o.command, edit_options.edit_request(o), report)


def _kinds() -> str:
    from scaffolder.commands import kind_help  # noqa: PLC0415 - the parsers

    return kind_help.kinds_in_short()


def _set_up(options: argparse.Namespace, report: Report) -> int:
    return int(_command("setup").run(report, options.ids, yes=options.yes, interactive=_is_interactive(options)))


def _command(name: str) -> ModuleType:
    """Import a command late: Copier alone takes half a second, and `--help` needs none of it."""
    return importlib.import_module(f"scaffolder.commands.{name}")


def _answer(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise argparse.ArgumentTypeError(f"`{text}` is not KEY=VALUE")
    return name, value


def _codes(text: str) -> list[str]:
    codes = text.replace(",", " ").split()
    if not codes:
        raise argparse.ArgumentTypeError("no rule is named")
    return codes


def _folder(text: str) -> Path:
    if not text:
        raise argparse.ArgumentTypeError("the folder has no name")
    return Path(text)


def _is_interactive(options: argparse.Namespace) -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty() and not options.json


def _command_of(words: list[str]) -> str:
    return next((word for word in words if not word.startswith("-")), "")


def _stop(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt
