"""Reports on one project of a fleet: the version of its template, how far it is behind, and the findings of the check.

Not here: the whole fleet (`fleet_command.py`), and updates (`fleet_updates.py`).
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scaffolder.checks.engine import examine_folder
from scaffolder.checks.rule import Rule
from scaffolder.commands.fleet import clones
from scaffolder.commands.fleet.fleet_list import Member
from scaffolder.core.errors import Refusal
from scaffolder.core.findings import Finding
from scaffolder.editing.record import ANSWERS
from scaffolder.updating import origin_record
from scaffolder.updating.origin_record import OriginRecord
from scaffolder.updating.template_versions import Version, Versions
from scaffolder.updating.version_numbers import numbers

CURRENT, BEHIND, AHEAD, UNRECORDED, UNREADABLE = "current", "behind", "ahead", "no record", "unreadable"


@dataclass
class Newest:
    """The newest version of each source, which is asked for once, even if it cannot be reached.

    Args:
        place: A temporary folder.
        to: The version that is wanted instead; None for the newest.
    """

    place: Path
    to: str | None = None
    _found: dict[str, tuple[Version, list[str]] | Refusal] = field(default_factory=dict)

    def of(self, record: OriginRecord) -> tuple[Version, list[str]]:
        """Return the version that a project can have, and the numbers of all releases.

        Raises:
            BadInput: The source has no version.
            IOFailure: The source cannot be reached.
        """
        if record.source not in self._found:
            self._found[record.source] = self._asked(record)
        found = self._found[record.source]
        if isinstance(found, Refusal):
            raise found
        return found

    def _asked(self, record: OriginRecord) -> tuple[Version, list[str]] | Refusal:
        versions = Versions(record, self.place / str(len(self._found)))
        versions.place.mkdir()
        try:
            version = versions.find(self.to) if self.to else versions.newest()
            return version, versions.known()
        except Refusal as refusal:
            return refusal


@dataclass(frozen=True)
class Standing:
    """How one project stands.

    Args:
        member: The project.
        status: One of the five above.
        template: The template's id.
        version: The version that it has.
        newest: The version that it can have.
        releases: The releases between the two, and the newer one.
        findings: What the check finds.
        refusal: Why it cannot be read, compared or checked.
    """

    member: Member
    status: str
    template: str = ""
    version: str = ""
    newest: str = ""
    releases: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    refusal: Refusal | None = None

    @property
    def distance(self) -> str:
        """How far it is behind, as a phrase; empty if it is not."""
        if self.status != BEHIND:
            return ""
        count = len(self.releases)
        return f"{count} release{'s' if count != 1 else ''} behind" if count else "behind"

    @property
    def document(self) -> dict[str, Any]:
        """It as the JSON document shows it."""
        findings = [
            {"code": each.code, "message": each.message, "file": each.span.file, "line": each.span.line}
            for each in self.findings
        ]
        refusal = self.refusal
        return {
            "project": self.member.name,
            "folder": str(self.member.folder),
            "source": self.member.name if self.member.source else "",
            "status": self.status,
            "template": self.template,
            "version": self.version,
            "newest": self.newest,
            "behind": len(self.releases),
            "releases": list(self.releases),
            "findings": findings,
            "refusal": {"what": refusal.what, "where": refusal.where, "why": refusal.why, "fix": refusal.fix}
            if refusal
            else None,
        }


def standing(member: Member, newest: Newest, rules: Sequence[Rule]) -> Standing:
    """Return how a project stands; what is wrong with it is a part of that."""
    try:
        clones.refresh(member)
        findings = tuple(examine_folder(member.folder, rules)[1])
    except (Refusal, OSError) as error:
        return Standing(member, UNREADABLE, refusal=_refusal(error, member))
    try:
        return _compared(member, origin_record.read(member.folder), newest, findings)
    except Refusal as refusal:
        is_there = os.path.lexists(member.folder / ANSWERS)
        return Standing(member, UNREADABLE if is_there else UNRECORDED, findings=findings, refusal=refusal)


def _compared(member: Member, record: OriginRecord, newest: Newest, findings: tuple[Finding, ...]) -> Standing:
    version, known = newest.of(record)
    mine, other = numbers(record.commit), numbers(version.commit)
    between = [each for each in known if mine and mine < numbers(each) <= (other or numbers(version.number))]
    changed = AHEAD if mine and other and mine > other else BEHIND
    status = CURRENT if version.is_of(record) else changed
    # A new project of an overlay has a hash for what the newest version calls by its tag.
    has = version.shown if status == CURRENT else record.shown
    return Standing(member, status, record.template, has, version.shown, tuple(between), findings)


def _refusal(error: Refusal | OSError, member: Member) -> Refusal:
    if isinstance(error, Refusal):
        return error
    why = error.strerror or str(error)
    return Refusal("cannot read the project", str(member.folder), why, "fix the cause, and run the same command again")
