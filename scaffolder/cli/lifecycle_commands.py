"""The parsers of the commands for a project's life after its first day.

Not here: the other commands (`command_line.py`), and the calls (`lifecycle_dispatch.py`).
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from scaffolder.cli import edit_options, lifecycle_dispatch, option_types, source_commands
from scaffolder.cli.argument_parser import add_command
from scaffolder.core.invocation import program

RECORDED = "default: the project around this folder"
"""The help of a folder with a record, as `origin_record.read` finds it."""


def add(commands: Any) -> None:
    """Add the commands."""
    _add_adopt(commands)
    _add_update(commands)
    _add_diff(commands)
    _add_fleet(commands)


def _add_adopt(commands: Any) -> None:
    adopt = add_command(
        commands, "adopt", "make any Rust Worker a project that can be updated", lifecycle_dispatch.adopt
    )
    edit_options.for_project(adopt)
    adopt.add_argument("--template", metavar="ID", help=f"the template that it is nearest to; see: {program()} list")
    adopt.add_argument(
        "--set", metavar="KEY=VALUE", action="append", default=[], type=option_types.answer, help="answer a question"
    )
    adopt.add_argument(
        "--take",
        metavar="FILE",
        action="append",
        default=[],
        help="take this file of the template (default: all if no file of the program was edited, or else none)",
    )
    adopt.add_argument("--all", action="store_true", help="take every file that is offered")
    adopt.add_argument("--yes", action="store_true", help="ask nothing, and confirm the proposal")
    adopt.add_argument("--dry-run", action="store_true", help="show the proposal, and write nothing")
    adopt.add_argument("--stash", action="store_true", help="put uncommitted changes aside, and name their commit")


def _add_update(commands: Any) -> None:
    update = add_command(
        commands, "update", "bring a project to another version of its template", lifecycle_dispatch.update
    )
    edit_options.for_project(update, RECORDED)
    _add_version(update, "the version to update to (default: the newest)")
    update.add_argument(
        "--set", metavar="KEY=VALUE", action="append", default=[], type=option_types.answer, help="answer a question"
    )
    update.add_argument("--dry-run", action="store_true", help="show the changes without writing them")
    update.add_argument("--validate", action="store_true", help="build, run and test the result before it is written")
    update.add_argument("--stash", action="store_true", help="put uncommitted changes aside, and name their commit")
    source_commands.for_trust(update)
    update.add_argument("--undo", action="store_true", help="undo the last update, to the byte")


def _add_diff(commands: Any) -> None:
    diff = add_command(commands, "diff", "show how a project differs from its template", lifecycle_dispatch.diff)
    edit_options.for_project(diff, RECORDED)
    _add_version(diff, "show what an update to this version would change instead")


def _add_version(command: Any, help_: str) -> None:
    command.add_argument("--to", metavar="VERSION", dest="version", type=option_types.given, help=help_)


def _add_fleet(commands: Any) -> None:
    fleet = add_command(commands, "fleet", "report on many projects, or update them", lifecycle_dispatch.fleet)
    fleet.add_argument("file", metavar="FILE", type=Path, help="a list: one folder or repository a line")
    fleet.add_argument(
        "action",
        metavar="ACTION",
        nargs="?",
        default="report",
        choices=("report", "update", "workflow"),
        help="report (the default), update, or workflow, which prints one for GitHub Actions",
    )
    fleet.add_argument("--update", action="store_true", help="the same as update")
    fleet.add_argument(
        "--to", metavar="VERSION", type=option_types.given, help="the version to compare with or to update to"
    )
    fleet.add_argument(
        "--validate",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="build, run and test each updated project before it is written (default: yes)",
    )
    source_commands.for_trust(fleet)
    fleet.add_argument("--shard", metavar="I/N", help="only the I-th of N parts of the list")
    fleet.add_argument("--shards", metavar="N", type=option_types.count, help="the number of jobs of the workflow")
