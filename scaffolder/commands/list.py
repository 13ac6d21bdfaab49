"""The command `scaffold list`."""

from __future__ import annotations

from dataclasses import asdict

from scaffolder.catalogue import manifests
from scaffolder.ui.report import Report


def run(report: Report) -> int:
    """List the templates.

    Returns:
        The exit code.
    """
    templates = manifests.templates()
    report.rows(
        ["template", "what it does", "bindings"],
        [[t.id, t.summary, ", ".join(sorted({b.kind for b in t.bindings})) or "-"] for t in templates],
    )
    report.result(templates=[asdict(template) for template in templates])
    return 0
