"""The command `scaffold setup`.

Not here: how each tool is installed (`toolchain/`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from scaffolder.catalogue import manifests
from scaffolder.commands import doctor
from scaffolder.core.errors import BadInput
from scaffolder.core.invocation import program
from scaffolder.toolchain import provision, setup_plan
from scaffolder.ui import prompts
from scaffolder.ui.report import Report


def run(report: Report, ids: Sequence[str], *, yes: bool, interactive: bool) -> int:
    """Install every missing tool, including those that some templates or options need beyond the usual ones."""
    with report.working("looking at the tools"):
        planned = setup_plan.plan(manifests.pins(), extras=provision.extras(ids))
    rooted = [acquisition for acquisition in planned if acquisition.needs_root]
    if rooted and not yes:
        _agree_on_root(rooted, interactive=interactive)
    if planned:
        provision.acquire(report, planned)
    report.line("All tools are installed." if not planned else "All tools are installed now.")
    report.result(acquired=[asdict(acquisition) for acquisition in planned])
    return doctor.run(report, ids)


def _agree_on_root(rooted: Sequence[setup_plan.InstallStep], *, interactive: bool) -> None:
    commands = "\n".join(acquisition.command for acquisition in rooted)
    if interactive and prompts.confirm(f"These commands run as root:\n{commands}\nContinue?", default=True):
        return
    raise BadInput(
        what="the system's package manager is needed, and was not allowed",
        where=f"{program()} setup",
        why=f"these commands need root: {commands}",
        fix=f"{program()} setup --yes, or run them yourself",
    )
