"""The parser of the whole command line.

Not here: the options of the commands that edit (`edit_options.py`) and of those for a project's later life
(`lifecycle_commands.py`), and the calls of the commands (`dispatch.py`).
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import Any

from scaffolder.catalogue import manifests
from scaffolder.cli import dispatch, edit_options, lifecycle_commands, option_types, source_commands
from scaffolder.cli.argument_parser import EPILOG, Parser, add_command
from scaffolder.commands.new import address
from scaffolder.core.invocation import program
from scaffolder.ui.report import Report


def parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    top = Parser(
        prog=program(),
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Make a Rust Worker from a template, and prove that it builds and runs.",
    )
    top.add_argument("--version", action="version", version=f"scaffold {manifests.pins().catalogue_version}")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=Parser)
    _add_projects(commands)
    lifecycle_commands.add(commands)
    _add_tools(commands)
    _add_completion(commands)
    _add_help(commands)
    return top


def _add_projects(commands: Any) -> None:
    """Add the commands that make, validate, check and edit projects."""
    _add_new(commands)
    source_commands.add_list(commands)
    source_commands.add_info(commands)
    source_commands.add_catalogue(commands)
    _add_validate(commands)
    _add_check(commands)
    for name, help_ in edit_options.EDITS.items():
        edit = add_command(commands, name, help_, dispatch.edit)
        edit.more = dispatch.kinds
        edit_options.for_edit(name, edit)
    _add_dev(commands)


def _add_tools(commands: Any) -> None:
    """Add the commands about the tools."""
    env = add_command(
        commands,
        "env",
        "print the pinned tools' environment for a shell",
        lambda o, report: dispatch.command("env").run(report, o.ids),
    )
    _add_for(env, "the environment for projects with this option: panic-unwind")
    add_command(
        commands,
        "doctor",
        "show every tool with its version and the version needed",
        lambda _, report: dispatch.command("doctor").run(report),
    )
    setup = add_command(commands, "setup", "install the missing tools", dispatch.set_up)
    _add_for(setup, "also install what this template, or the option panic-unwind, needs beyond the usual")
    setup.add_argument("--yes", action="store_true", help="allow commands that need root")
    _add_clean(commands)
    pin = add_command(
        commands, "pin", "resolve the catalogue's lock files", lambda _, report: dispatch.command("pin").run(report)
    )
    pin.add_argument("--update", action="store_true", required=True, help="write the lock files")


def _add_completion(commands: Any) -> None:
    def run(options: argparse.Namespace, report: Report) -> int:
        return int(dispatch.command("completion").run(options.shell, report))

    completion = add_command(commands, "completion", "print the script that completes this command in a shell", run)
    completion.add_argument("shell", metavar="SHELL", choices=("bash", "zsh", "fish"), help="bash, zsh or fish")


def _add_for(command: Parser, help_: str) -> None:
    command.add_argument("--for", metavar="ID", action="append", default=[], dest="ids", help=help_)


def _add_new(commands: Any) -> None:
    new = add_command(commands, "new", "make a project", dispatch.new)
    new.add_argument("dest", metavar="DEST", nargs="?", type=_folder, help="the folder to make")
    new.add_argument("--template", metavar="ID", action="append", default=[], help=f"see: {program()} list")
    new.add_argument(
        "--set", metavar="KEY=VALUE", action="append", default=[], type=option_types.answer, help="answer a question"
    )
    new.add_argument(
        "--with",
        metavar="KIND[:NAME],...",
        action="append",
        default=[],
        dest="additions",
        help=f"also add these kinds; to list them: {program()} add --list",
    )
    new.add_argument("--answers", metavar="FILE", type=Path, help="read answers from a YAML file")
    new.add_argument(
        "--defaults", action="store_true", help="ask nothing, and use the default of every question without an answer"
    )
    new.add_argument(
        "--validate",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="build it, run it and test it (default: at a terminal)",
    )
    new.add_argument("--yes", action="store_true", help="ask for no confirmation, and install missing tools")
    new.add_argument("--no-git", action="store_true", help="do not make a git repository with a first commit")
    new.add_argument("--dry-run", action="store_true", help="show the files that would be created, and create nothing")
    new.add_argument(
        "--workspace",
        choices=["join", "outside"],
        help="inside a Cargo workspace: become a member, or stand outside (default: outside, or a question)",
    )
    source_commands.for_source(new)
    source_commands.for_trust(new)


def _add_validate(commands: Any) -> None:
    validate = add_command(commands, "validate", "build projects, run them and test them", dispatch.validate)
    validate.add_argument("projects", metavar="PROJECT", nargs="*", type=Path, help=edit_options.AROUND)
    validate.add_argument(
        "--template", metavar="ID", action="append", default=[], help="validate this template with its default answers"
    )
    validate.add_argument("--all", action="store_true", help="validate every template")
    validate.add_argument("--junit", metavar="FILE", type=Path, help="also write the results as JUnit XML")
    validate.add_argument(
        "--pass-env", metavar="NAME", action="append", default=[], help="let a withheld variable through to the steps"
    )
    edit_options.for_config(validate)
    validate.add_argument("--strict", action="store_true", help="fail where a project has no tests to prove it")
    validate.add_argument("--keep", action="store_true", help="keep the working copy that was built")
    source_commands.for_source(validate)
    source_commands.for_trust(validate)


def _add_check(commands: Any) -> None:
    check = add_command(
        commands, "check", "report inconsistencies between Rust, Cargo and wrangler files", dispatch.check
    )
    edit_options.for_project(check)
    edit_options.for_config(check)
    check.add_argument("--fix", action="store_true", help="apply the fixes that are certain")
    check.add_argument("--policy", metavar="FILE", type=Path, help="also compare with this organisation's policy")
    check.add_argument("--sarif", metavar="FILE", type=Path, help="also write the findings as SARIF")
    for option, help_ in (("--select", "run only these rules"), ("--ignore", "run all rules but these")):
        check.add_argument(option, metavar="RULES", type=_codes, action="extend", default=[], help=help_)
    check.add_argument(
        "--explain", metavar="RULE", nargs="?", const="all", help="describe a rule, or list all rules, and exit"
    )


def _add_dev(commands: Any) -> None:
    dev = commands.add_parser("dev", help="run a project's dev server", description="run a project's dev server")
    edit_options.for_project(dev)
    dev.add_argument(
        "--pass-env", metavar="NAME", action="append", default=[], help="let a withheld variable through to wrangler"
    )
    dev.add_argument("--release", action="store_true", help="build as for a deployment, which takes longer")
    source_commands.for_trust(dev)
    edit_options.for_config(dev)
    dev.add_argument("arguments", metavar="...", nargs=argparse.REMAINDER, help="passed to wrangler dev")
    dev.passes_to = "wrangler dev"
    dev.set_defaults(run=dispatch.dev)


def _add_clean(commands: Any) -> None:
    clean = add_command(commands, "clean", "show what the cache holds, and remove what is not needed", dispatch.clean)
    clean.add_argument(
        "--older-than", metavar="AGE", type=_age, default=0.0, help="only what has not changed for so long: 30d, 12h"
    )
    clean.add_argument("--all", action="store_true", help="also remove the tools that this version needs")
    clean.add_argument("--dry-run", action="store_true", help="show what would be removed, and remove nothing")
    clean.add_argument("--yes", action="store_true", help="remove it without asking")


def _add_help(commands: Any) -> None:
    help_ = commands.add_parser("help", help="show this help, or that of a command", description="show the help")
    help_.add_argument("about", metavar="COMMAND", nargs="*", help="the command")
    help_.set_defaults(run=lambda o, _: parser().parse_args([*o.about, "--help"]))


def _codes(text: str) -> list[str]:
    codes = text.replace(",", " ").split()
    if not codes:
        raise argparse.ArgumentTypeError("no rule given")
    return codes


def _age(text: str) -> float:
    """Return an age in seconds."""
    match = re.fullmatch(r"(\d+)([mhdw])", text)
    if not match:
        raise argparse.ArgumentTypeError(f"`{text}` is not an age, such as 30d, 12h or 2w")
    return float(match[1]) * {"m": 60, "h": 3600, "d": 86400, "w": 604800}[match[2]]


def _folder(text: str) -> Path:
    if not text:
        raise argparse.ArgumentTypeError("the folder has no name")
    address.refuse_source(text)
    return Path(text)
