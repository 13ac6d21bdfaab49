"""Calls the commands for a project's life after its first day.

Not here: their arguments (`lifecycle_commands.py`), and the other commands (`dispatch.py`).
"""

from __future__ import annotations

import argparse

from scaffolder.cli import dispatch, source_dispatch
from scaffolder.core.errors import BadInput
from scaffolder.core.requests import AdoptRequest, FleetRequest, UpdateRequest
from scaffolder.ui.report import Report


def adopt(options: argparse.Namespace, report: Report) -> int:
    """Run `scaffold adopt`."""
    request = AdoptRequest(
        project=dispatch.around(options.project, report),
        template=options.template,
        answers=dict(options.set),
        take=tuple(options.take),
        take_all=options.all,
        yes=options.yes,
        dry_run=options.dry_run,
        stash=options.stash,
        interactive=dispatch.is_interactive(options),
    )
    return int(dispatch.command("adopt").run(request, report))


def update(options: argparse.Namespace, report: Report) -> int:
    """Run `scaffold update`.

    Raises:
        BadInput: `--undo` is given with an option that it has no use for.
    """
    module = dispatch.command("update")
    names = {"--to": options.version, "--set": options.set, "--dry-run": options.dry_run}
    names |= {"--validate": options.validate, "--stash": options.stash}
    if options.undo:
        if given := [name for name, value in names.items() if value]:
            raise BadInput(
                what=f"{given[0]} does not apply to --undo",
                where=given[0],
                why="undoing an update brings back exactly what was there before it",
                fix=f"leave out {given[0]}",
            )
        return int(module.undo(options.project, report))
    request = UpdateRequest(
        options.project,
        options.version,
        dict(options.set),
        dry_run=options.dry_run,
        validate=options.validate,
        stash=options.stash,
        interactive=dispatch.is_interactive(options),
        consent=source_dispatch.consent(options),
    )
    return int(module.run(request, report))


def diff(options: argparse.Namespace, report: Report) -> int:
    """Run `scaffold diff`."""
    return int(dispatch.command("diff").run(options.project, options.version, report))


def fleet(options: argparse.Namespace, report: Report) -> int:
    """Run `scaffold fleet`."""
    names = ("file", "to", "validate", "shard", "shards", "trust")
    action = "update" if options.update else options.action
    request = FleetRequest(action=action, **{name: getattr(options, name) for name in names})
    return int(dispatch.command("fleet.fleet_command").run(request, report))
