"""The parsers of the commands for a project's life after its first day.

Not here: the other commands (`command_line.py`), and the calls (`lifecycle_dispatch.py`).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from scaffolder.cli import lifecycle_dispatch, option_types
from scaffolder.cli.argument_parser import add_command
from scaffolder.core.invocation import program


def add(commands: Any) -> None:
    """Add the commands."""
    _add_adopt(commands)


def _add_adopt(commands: Any) -> None:
    adopt = add_command(
        commands, "adopt", "make any Rust Worker a project that can be updated", lifecycle_dispatch.adopt
    )
    adopt.add_argument("project", metavar="PROJECT", nargs="?", type=Path, default=Path())
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
