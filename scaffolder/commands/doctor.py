"""The command `scaffold doctor`.

Not here: finding the tools (`toolchain/`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from scaffolder.catalogue import manifests
from scaffolder.toolchain import inventory, provision
from scaffolder.ui.report import Report


def run(report: Report, ids: Sequence[str] = ()) -> int:
    """Show every tool.

    Returns:
        The exit code 0.

    Raises:
        ToolMissing: A tool is missing.
    """
    with report.working("looking at the tools"):
        examination = inventory.examine(manifests.pins(), extras=provision.extras(ids))
    report.tools(examination.tools)
    report.result(tools=[asdict(tool) for tool in examination.tools])
    provision.toolchain_of(examination, ids=ids, is_shown=True)
    return 0
