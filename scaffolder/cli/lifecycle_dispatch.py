"""Calls the commands for a project's life after its first day.

Not here: their arguments (`lifecycle_commands.py`), and the other commands (`dispatch.py`).
"""

from __future__ import annotations

import argparse

from scaffolder.cli import dispatch
from scaffolder.core.requests import AdoptRequest
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
        interactive=dispatch.is_interactive(options),
    )
    return int(dispatch.command("adopt").run(request, report))
