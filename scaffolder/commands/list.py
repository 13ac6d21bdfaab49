"""The command `scaffold list`: the templates of the bundled catalogue, and of those that the user has named.

Not here: which catalogues there are (`registered.py`).
"""

from __future__ import annotations

from dataclasses import asdict

from scaffolder.catalogue import current, manifests
from scaffolder.catalogue.sources import registered
from scaffolder.catalogue.sources.registered import Registered
from scaffolder.core.errors import Refusal
from scaffolder.core.foreign import Foreign
from scaffolder.core.template import Template
from scaffolder.ui.report import Report


def run(report: Report) -> int:
    """List the templates, each with the catalogue that it is from.

    Returns:
        The exit code.
    """
    foreign = current.foreign()
    found = [(_name(foreign) if foreign else registered.BUNDLED, template) for template in manifests.templates()]
    for each in registered.read().values() if foreign is None else ():
        found += _of(each, report)
    # On a narrow terminal a column is precious, and one catalogue alone needs none.
    shown = 4 if any(name != registered.BUNDLED for name, _ in found) else 3
    rows = [[t.id, t.summary, ", ".join(sorted({b.kind for b in t.bindings})) or "-", name] for name, t in found]
    report.rows(["template", "what it does", "bindings", "from"][:shown], [row[:shown] for row in rows])
    report.result(templates=[{**asdict(template), "from": name} for name, template in found])
    return 0


def _name(foreign: Foreign) -> str:
    return foreign.name or foreign.address


def _of(each: Registered, report: Report) -> list[tuple[str, Template]]:
    """Return the templates of a registered catalogue as it is pinned; a note if it cannot be had."""
    from scaffolder.commands import foreign_catalogue  # noqa: PLC0415 - only for those who have one

    try:
        with current.taken_from(foreign_catalogue.as_pinned(each)):
            return [(each.name, template) for template in manifests.templates()]
    except Refusal as refusal:
        report.note(f"{each.name}: {refusal.what}: {refusal.why}")
        return []
