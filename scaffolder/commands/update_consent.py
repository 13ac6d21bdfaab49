"""Gets the consent to build an updated project whose template is not from the bundled catalogue.

Not here: the question and the option (`consent.py`).
"""

from __future__ import annotations

from pathlib import Path

from scaffolder.catalogue import manifests
from scaffolder.commands import consent as asking
from scaffolder.core.requests import Consent, UpdateRequest
from scaffolder.reading import recorded_source
from scaffolder.reading.recorded_source import RecordedSource
from scaffolder.ui.report import Report
from scaffolder.updating import trial
from scaffolder.updating.update_plan import UpdatePlan, source_after


def to_write(plan: UpdatePlan, request: UpdateRequest, report: Report) -> None:
    """Get the consent to an update of a project of other people's catalogue, which changes what its build runs.

    Raises:
        TrustRefused: The user does not give it.
    """
    folder = plan.record.folder
    recorded = recorded_source.read(folder)
    if recorded is None or request.dry_run:
        return
    with trial.copy_with(folder, plan.changes) as copy:
        source = source_after(recorded, plan.new)
        asking.to_build(source, copy, request.consent, report, doing="updating the project")


def to_validate(plan: UpdatePlan, copy: Path, consent: Consent, report: Report) -> None:
    """Get the consent to build and run a copy of a project with an update.

    Args:
        plan: The update.
        copy: The copy.
        consent: What the user has given already.
        report: Where the commands are shown.

    Raises:
        TrustRefused: The user does not give it.
    """
    version = plan.new.version
    if version.hash and not manifests.is_bundled(version.source):
        # The new version counts, not the one that the project was made from.
        source = RecordedSource(version.source, version.commit, version.hash, plan.new.template)
        asking.to_build(source, copy, consent, report, doing="validating the update")
    else:
        asking.for_projects([plan.record.folder], consent, report, doing="validating the update")
