"""The parsers of the commands about catalogues, and the options by which others name one, or trust it.

Not here: the calls of the commands (`source_dispatch.py`).
"""

from __future__ import annotations

import argparse
from typing import Any

from scaffolder.cli import option_types, source_dispatch
from scaffolder.cli.argument_parser import EPILOG, Parser, add_command
from scaffolder.core.invocation import program
from scaffolder.core.requests import ANY_HASH

SOURCE = "gh:OWNER/REPO[@REF], an https or ssh address, a git bundle, a folder, or a name of `catalogue list`"


def add_list(commands: Any) -> None:
    """Add the command that lists templates."""
    for_source(add_command(commands, "list", "list the templates", source_dispatch.list_))


def add_info(commands: Any) -> None:
    """Add the command that describes a template or a kind."""
    info = add_command(commands, "info", "describe a template or a kind", source_dispatch.info)
    info.add_argument("id", metavar="ID", nargs="?", help="its id (default: the only template of --from)")
    for_source(info)
    for_trust(info)


def add_catalogue(commands: Any) -> None:
    """Add the commands about catalogues of other people."""
    help_ = "name, list or forget catalogues of other people"
    catalogue = commands.add_parser(
        "catalogue", help=help_, description=help_, epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    below = catalogue.add_subparsers(dest="step", required=True, metavar="COMMAND", parser_class=Parser)
    add = add_command(below, "add", "name a catalogue, pinned by its full hash", source_dispatch.add)
    add.add_argument("name", metavar="NAME", help=f"the name, as in: {program()} new --from NAME")
    add.add_argument("source", metavar="SOURCE", help=SOURCE)
    for_trust(add)
    add_command(below, "list", "list the catalogues that you have named", source_dispatch.list_named)
    remove = add_command(below, "remove", "forget a catalogue", source_dispatch.remove)
    remove.add_argument("name", metavar="NAME", help="its name")


def for_source(command: argparse.ArgumentParser) -> None:
    """Add the option that names a catalogue."""
    command.add_argument("--from", metavar="SOURCE", dest="source", help=f"take the templates from there: {SOURCE}")


def for_trust(command: argparse.ArgumentParser) -> None:
    """Add the option that gives the consent to run what others wrote."""
    command.add_argument(
        "--trust",
        metavar="HASH",
        nargs="?",
        const=ANY_HASH,
        type=option_types.trust,
        help="run what others wrote without asking, if it has this hash; without one, whatever it is now",
    )
