"""Calls the commands about catalogues, and those that only read templates.

Not here: the arguments (`source_commands.py`).
"""

from __future__ import annotations

import argparse
import importlib
import sys
from types import ModuleType

from scaffolder.core.errors import BadInput
from scaffolder.core.invocation import program
from scaffolder.core.requests import Consent
from scaffolder.ui.report import Report


def list_(options: argparse.Namespace, report: Report) -> int:
    """Run `scaffold list`."""
    with _command("foreign_catalogue").taken_from(options.source, report):
        return int(_command("list").run(report))


def info(options: argparse.Namespace, report: Report) -> int:
    """Run `scaffold info`."""
    from scaffolder.catalogue import manifests  # noqa: PLC0415 - only here

    with _command("foreign_catalogue").taken_from(options.source, report, consent(options)):
        ids = manifests.template_ids() if options.source else []
        if options.id is None and len(ids) != 1:
            raise BadInput(
                what="no template given",
                where="ID",
                why=f"there are several: {', '.join(manifests.template_ids())}",
                fix=f"name one; for a table of them: {program()} list",
            )
        return int(_command("info").run(ids[0] if options.id is None else options.id, report))


def add(options: argparse.Namespace, report: Report) -> int:
    """Run `scaffold catalogue add`."""
    return int(_command("catalogue").add(options.name, options.source, consent(options), report))


def list_named(_: argparse.Namespace, report: Report) -> int:
    """Run `scaffold catalogue list`."""
    return int(_command("catalogue").list_(report))


def remove(options: argparse.Namespace, report: Report) -> int:
    """Run `scaffold catalogue remove`."""
    return int(_command("catalogue").remove(options.name, report))


def consent(options: argparse.Namespace) -> Consent:
    """Return the consent that the options of a command give."""
    return Consent(options.trust, sys.stdin.isatty() and sys.stderr.isatty() and not options.json)


def _command(name: str) -> ModuleType:
    return importlib.import_module(f"scaffolder.commands.{name}")
