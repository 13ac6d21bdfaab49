"""The options of `scaffold add`, `remove` and `rename`, and the request that they make.

Not here: the options of the other commands (`command_line.py`, `lifecycle_commands.py`).
"""

from __future__ import annotations

import argparse
from pathlib import Path

from scaffolder.core.requests import EditRequest

EDITS = {
    "add": "add a binding, a handler, assets or an environment to a worker",
    "remove": "remove what `add` adds",
    "rename": "rename a binding, a class, a cron or an environment",
}
"""The commands that edit a worker, with the help of each."""

AROUND = "default: this folder, or else the nearest one above with a wrangler file"
"""The help of a project's folder, as `project_root.around` finds it."""


def for_edit(command: str, parser: argparse.ArgumentParser) -> None:
    """Add the options of one of the commands to its parser."""
    # `add` without a kind lists them; `rename` always needs all three arguments.
    count = None if command == "rename" else "?"
    parser.add_argument(
        "kind", metavar="KIND", nargs=count, default="", help="the kind of thing, such as kv, d1, var, secret, cron"
    )
    if command == "rename":
        parser.add_argument("name", metavar="OLD", help="its name, or the name of a Durable Object's class")
        parser.add_argument("to", metavar="NEW", help="its new name")
    else:
        parser.add_argument(
            "name", metavar="NAME[=VALUE]", nargs="?", default="", help="its name; some kinds take a value"
        )
    if command == "remove":
        parser.add_argument(
            "--never-deployed",
            action="store_true",
            help="undo the creation of a Durable Object class instead of deleting the class",
        )
    parser.add_argument("--project", metavar="DIR", type=Path, default=Path(), help=AROUND)
    for_config(parser)
    parser.add_argument(
        "--env",
        metavar="ENV",
        help="an environment, `all` for every one and the top level, or '' for the top level only",
    )
    parser.add_argument("--dry-run", action="store_true", help="show the changes without writing them")
    if command != "rename":
        parser.add_argument("--list", action="store_true", help="list the kinds and exit")


def for_project(parser: argparse.ArgumentParser, help_: str = AROUND) -> None:
    """Add the argument that names the project."""
    parser.add_argument("project", metavar="PROJECT", nargs="?", type=Path, default=Path(), help=help_)


def for_config(parser: argparse.ArgumentParser) -> None:
    """Add the option that chooses the wrangler file."""
    parser.add_argument(
        "--config", "-c", metavar="FILE", type=Path, help="the wrangler file (default: the one that wrangler finds)"
    )


def edit_request(options: argparse.Namespace) -> EditRequest:
    """Return the request that the options make."""
    return EditRequest(
        options.kind,
        options.name,
        options.project,
        options.env,
        options.dry_run,
        getattr(options, "to", ""),
        never_deployed=getattr(options, "never_deployed", False),
        config=options.config,
    )
