"""The options of the commands for a project's later life, such as `adopt`.

Not here: the parser of the other commands (`command_line.py`), and the calls (`lifecycle_dispatch.py`).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from scaffolder.cli import lifecycle_dispatch
from scaffolder.cli.argument_parser import add_command
from scaffolder.cli.option_values import answer
from scaffolder.core.invocation import program


def add_adopt(commands: Any) -> None:
    """Add the command `adopt`."""
    adopt = add_command(
        commands, "adopt", "make any Rust Worker a project that can be updated", lifecycle_dispatch.adopt
    )
    adopt.add_argument("project", metavar="PROJECT", nargs="?", type=Path, default=Path())
    adopt.add_argument("--template", metavar="ID", help=f"the template that it is nearest to; see: {program()} list")
    adopt.add_argument("--set", metavar="KEY=VALUE", action="append", default=[], type=answer, help="answer a question")
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
