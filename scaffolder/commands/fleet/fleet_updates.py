"""Updates one project of a fleet, and proves it before anything is written.

A project in conflict stays as it is: its owner updates it by itself, and decides.

Not here: the order and the parts (`fleet_command.py`), and the update (`update.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from scaffolder.commands import update
from scaffolder.commands.fleet import clones
from scaffolder.commands.fleet.fleet_list import Member
from scaffolder.commands.fleet.fleet_progress import FleetProgress
from scaffolder.commands.fleet.fleet_report import Newest
from scaffolder.core.errors import BuildOrTestFailed, Conflict, Refusal, TrustRefused
from scaffolder.core.requests import Consent, UpdateRequest
from scaffolder.editing.exclusive_change import exclusive_change
from scaffolder.ui.quiet_report import QuietReport
from scaffolder.updating import origin_record

UPDATED, CURRENT, PROPOSED = "updated", "current", "proposed"
CONFLICT, FAILED, UNTRUSTED, REFUSED = "conflict", "failed", "untrusted", "refused"

STATUSES: dict[type[Exception], str] = {Conflict: CONFLICT, BuildOrTestFailed: FAILED, TrustRefused: UNTRUSTED}
"""What a refusal makes of a project; every other one refuses it."""


@dataclass(frozen=True)
class Outcome:
    """How the update of one project ended.

    Args:
        member: The project.
        status: One of the seven above; `proposed` if its repository has the branch already.
        version: The version that it had.
        to: The version that it has, or would have.
        files: The files that were changed.
        branch: The branch of the clone that the update is committed on.
        refusal: Why it was not updated, with what the refusal names.
        is_earlier: Whether that was in a run that was stopped later.
    """

    member: Member
    status: str
    version: str = ""
    to: str = ""
    files: tuple[str, ...] = ()
    branch: str = ""
    refusal: dict[str, str] | None = None
    is_earlier: bool = False

    @property
    def noted(self) -> dict[str, Any]:
        """What is noted of it for a later run."""
        return {
            "status": self.status,
            "version": self.version,
            "to": self.to,
            "files": list(self.files),
            "branch": self.branch,
            "refusal": self.refusal,
        }

    @property
    def document(self) -> dict[str, Any]:
        """It as the JSON document shows it."""
        source = self.member.name if self.member.source else ""
        place = {"project": self.member.name, "folder": str(self.member.folder), "source": source}
        return {**place, **self.noted, "is_earlier": self.is_earlier}


@dataclass(frozen=True)
class Wish:
    """What all updates of a run share.

    Args:
        newest: The newest version of each source.
        progress: What earlier runs have done.
        validate: Whether a project has to be proven first.
        consent: The consent to build what is not from the bundled catalogue.
    """

    newest: Newest
    progress: FleetProgress
    validate: bool
    consent: Consent


def updated(member: Member, wish: Wish) -> Outcome:
    """Update a project, unless a run that was stopped has done so; what goes wrong is a part of the outcome.

    Args:
        member: The project.
        wish: What all updates share.
    """
    try:
        with wish.progress.alone(member):
            if (noted := wish.progress.ended(member)) is not None:
                return Outcome(member, **{**noted, "files": tuple(noted["files"])}, is_earlier=True)
            outcome = _update(member, wish)
            wish.progress.end(member, outcome.noted)
            return outcome
    except Refusal as refusal:
        return Outcome(member, REFUSED, refusal=_block(refusal, member))


def _update(member: Member, wish: Wish) -> Outcome:
    known: list[str] = []
    try:
        return _updated_from(member, wish, known)
    except (Refusal, OSError) as error:
        version, to = (*known, "", "")[:2]
        status = next((status for kind, status in STATUSES.items() if isinstance(error, kind)), REFUSED)
        return Outcome(member, status, version, to, refusal=_block(error, member))


def _updated_from(member: Member, wish: Wish, known: list[str]) -> Outcome:
    """Update a project; both versions are added to `known` as soon as they are."""
    clones.refresh(member)
    # A clone was set back, so that it is updated again.
    begun = "" if member.source else wish.progress.begun(member)
    if begun:
        with exclusive_change(member.folder, lambda _: None):
            # Entering finishes or undoes what a killed run has left half written.
            pass
    record = origin_record.read(member.folder)
    newest = wish.newest.of(record)[0]
    version, to = record.shown, newest.shown
    known += [version, to]
    if newest.is_of(record):
        return Outcome(member, UPDATED if begun not in {"", to} else CURRENT, begun or version, to)
    if clones.is_proposed(member, to):
        return Outcome(member, PROPOSED, version, to, branch=clones.branch(member, to))
    wish.progress.begin(member, version)
    files = _run(member, wish)
    if member.source:
        clones.commit(member, to)
    return Outcome(member, UPDATED, version, to, files, clones.branch(member, to) if member.source else "")


def _run(member: Member, wish: Wish) -> tuple[str, ...]:
    report, to = QuietReport("update"), wish.newest.to
    request = UpdateRequest(member.folder, to, validate=wish.validate, may_conflict=False, consent=wish.consent)
    update.run(request, report)
    return tuple(str(each["file"]) for each in report.document.get("files", ()))


def _block(error: Refusal | OSError, member: Member) -> dict[str, str]:
    if isinstance(error, Refusal):
        return {"what": error.what, "where": error.where, "why": error.why, "fix": error.fix}
    why, fix = error.strerror or str(error), "fix the cause, and run the same command again"
    return {"what": "cannot read the project", "where": str(member.folder), "why": why, "fix": fix}
