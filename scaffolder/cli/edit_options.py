"""The options of the commands that edit a worker, and the request that they make.

Not here: the other commands' options, and what comes of a run (`main.py`).
"""

from __future__ import annotations

import argparse
from pathlib import Path

from scaffolder.core.requests import EditRequest

EDITS = {
    "add": "add a binding, a handler, assets or an environment to a worker",
    "remove": "take out what `add` adds",
    "rename": "give a binding, a class, a cron or an environment another name",
}
"""The commands that edit, with what each does."""


def for_edit(command: str, parser: argparse.ArgumentParser) -> None:
    """Give a command that edits its options."""
    # The command alone lists the kinds; of a rename that would be two names too few.
    count = None if command == "rename" else "?"
    parser.add_argument("kind", metavar="KIND", nargs=count, default="", help="such as kv, d1, var, secret, cron")
    if command == "rename":
        parser.add_argument("name", metavar="OLD", help="its name, or that of a Durable Object's class")
        parser.add_argument("to", metavar="NEW", help="its new name")
    else:
        parser.add_argument("name", metavar="NAME[=VALUE]", nargs="?", default="", help="its name; some take a value")
    if command == "remove":
        parser.add_argument(
            "--never-deployed",
            action="store_true",
            help="take a Durable Object class's creation back, instead of deleting it",
        )
    parser.add_argument("--project", metavar="DIR", type=Path, default=Path(), help="the worker's folder")
    parser.add_argument("--env", metavar="ENV", help="an environment; `all`, with the top level; or '' for that alone")
    parser.add_argument("--dry-run", action="store_true", help="show what would change")
    if command != "rename":
        parser.add_argument("--list", action="store_true", help="tell of each kind, and change nothing")


def edit_request(options: argparse.Namespace) -> EditRequest:
    """Answer what was asked for."""
    return EditRequest(
        options.kind,
        options.name,
        options.project,
        options.env,
        options.dry_run,
        getattr(options, "to", ""),
        never_deployed=getattr(options, "never_deployed", False),
    )
