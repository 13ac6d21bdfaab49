"""Gets the consent to build a new project of other people's catalogue, and records in it where it is from.

Not here: the consent itself (`consent.py`).
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from scaffolder.catalogue import current, manifests, render
from scaffolder.commands.new.draft import NewProject
from scaffolder.commands.new.workspace_choice import JOIN
from scaffolder.core.errors import TrustRefused
from scaffolder.reading import recorded_source
from scaffolder.reading.recorded_source import RecordedSource
from scaffolder.system.scratch import scratch


def agree(draft: NewProject) -> NewProject:
    """Get the consent to build the project, before it is made, if it is from others and is to be built.

    Raises:
        TrustRefused: The user asked for a validation, or to join a workspace, and does not give the consent.
    """
    foreign = current.foreign()
    if foreign is None or draft.request.dry_run or not (draft.validate or draft.workspace == JOIN):
        return draft
    from scaffolder.commands import consent  # noqa: PLC0415 - it loads the reader of projects

    with scratch() as place:
        render.render(draft.template, draft.answers, place / "project")
        try:
            consent.to_build(foreign, place / "project", draft.request.consent, draft.report, doing="validating it")
        except TrustRefused:
            if draft.request.validate or draft.workspace == JOIN or not draft.request.may_prompt:
                raise
            draft.report.note("the project is made without a validation")
            return replace(draft, validate=False)
    return draft


def record(staged: Path, template: str) -> None:
    """Write where a project is from into it, if that is not the bundled catalogue."""
    if foreign := current.foreign():
        # A template of the bundled catalogue has its version in Copier's record.
        is_own = foreign.policy is not None and template not in manifests.ids_of(manifests.bundled())
        beneath = manifests.bundled_version() if is_own else ""
        found = RecordedSource(foreign.source, foreign.ref, foreign.hash, template, beneath)
        (staged / recorded_source.FILE).unlink(missing_ok=True)
        (staged / recorded_source.FILE).write_text(recorded_source.text(found), encoding="utf-8")
