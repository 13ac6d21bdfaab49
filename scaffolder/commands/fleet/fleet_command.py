"""The command `scaffold fleet`: reports on many projects, or updates them, or writes the workflow that does so.

Not here: one project (`fleet_report.py`, `fleet_updates.py`), and the list (`fleet_list.py`).
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Sequence, Sized
from pathlib import Path

from scaffolder.checks import rule_registry
from scaffolder.commands.fleet import fleet_list, fleet_progress, fleet_updates, fleet_workflow
from scaffolder.commands.fleet.fleet_list import Member
from scaffolder.commands.fleet.fleet_report import BEHIND, UNREADABLE, Newest, Standing, standing
from scaffolder.commands.fleet.fleet_updates import CONFLICT, FAILED, REFUSED, UNTRUSTED, UPDATED, Outcome, Wish
from scaffolder.core.errors import BadInput, BuildOrTestFailed, Conflict, TrustRefused
from scaffolder.core.requests import Consent, FleetRequest
from scaffolder.system import paths
from scaffolder.system.scratch import scratch
from scaffolder.ui.report import Report

EXITS = {
    CONFLICT: Conflict.exit_code,
    FAILED: BuildOrTestFailed.exit_code,
    UNTRUSTED: TrustRefused.exit_code,
    REFUSED: BadInput.exit_code,
}
"""The exit codes of projects that were not updated; the first that occurs counts."""


def run(request: FleetRequest, report: Report) -> int:
    """Report on a fleet, update it, or print its workflow.

    Returns:
        The exit code.

    Raises:
        BadInput: The list cannot be read, or an argument is not valid.
    """
    shard = fleet_list.shard(request.shard) if request.shard else fleet_list.Shard()
    everyone = fleet_list.read(request.file, paths.cache() / "fleet" / "clones")
    members = shard.of(everyone)
    report.result(fleet=str(request.file), shard=str(shard))
    if request.action == "workflow":
        text = fleet_workflow.text(_from_here(request.file), len(everyone), request.shards)
        report.plain(text.rstrip("\n"))
        report.result(workflow=text)
        return 0
    started = time.monotonic()
    with scratch(paths.work()) as place:
        newest = Newest(place, request.to)
        code = _update(request, members, newest, report) if request.is_update else _report(members, newest, report)
    report.result(seconds=round(time.monotonic() - started, 1))
    return code


def _report(members: Sequence[Member], newest: Newest, report: Report) -> int:
    rules = rule_registry.choose([], [])
    found: list[Standing] = []
    with report.progress() as on_progress:
        for number, member in enumerate(members, 1):
            on_progress(f"{number} of {len(members)}", member.name)
            found.append(standing(member, newest, rules))
    report.rows(["project", "template", "version", "", "checks"], [_row(each) for each in found])
    for each in found:
        if each.refusal:
            report.plain(f"{each.member.name} (line {each.member.line}): {each.refusal.what}: {each.refusal.why}")
    behind = sum(each.status == BEHIND for each in found)
    failing = sum(bool(each.findings) for each in found)
    unreadable = sum(each.status == UNREADABLE for each in found)
    counted = f"{_counted(found)}: {behind} behind, {failing} with findings"
    report.line(counted + (f", {unreadable} that cannot be read" if unreadable else ""))
    summary = {"projects": len(found), "behind": behind, "with_findings": failing, "unreadable": unreadable}
    report.result(projects=[each.document for each in found], summary=summary)
    return BuildOrTestFailed.exit_code if failing or unreadable else 0


def _row(each: Standing) -> list[str]:
    codes = Counter(finding.code for finding in each.findings)
    listed = ", ".join(code if count == 1 else f"{code} x{count}" for code, count in sorted(codes.items()))
    version = f"{each.version} -> {each.newest}" if each.status == BEHIND else each.version
    checks = listed or ("-" if each.status == UNREADABLE else "ok")
    return [each.member.name, each.template, version, each.distance or each.status, checks]


def _update(request: FleetRequest, members: Sequence[Member], newest: Newest, report: Report) -> int:
    progress = fleet_progress.of(request.file, request.to)
    wish = Wish(newest, progress, request.validate, Consent(request.trust))
    found: list[Outcome] = []
    for number, member in enumerate(members, 1):
        report.note(f"{number} of {len(members)}: {member.name}")
        outcome = fleet_updates.updated(member, wish)
        found.append(outcome)
        report.plain(_line(outcome))
    progress.forget(members)
    counts = Counter(each.status for each in found)
    report.line(f"{_counted(found)}: {', '.join(f'{count} {status}' for status, count in counts.items())}")
    report.result(projects=[each.document for each in found], summary=dict(counts))
    return next((code for status, code in EXITS.items() if counts[status]), 0)


def _line(outcome: Outcome) -> str:
    versions = f" {outcome.version} -> {outcome.to}" if outcome.status == UPDATED else ""
    branch = f" on the branch {outcome.branch} of {outcome.member.folder}" if outcome.branch else ""
    earlier = ", by an earlier run" if outcome.is_earlier else ""
    line = f"{outcome.status}{versions}: {outcome.member.name}{branch}{earlier}"
    refusal = outcome.refusal
    return line + (f"\n  why  {refusal['what']}: {refusal['why']}\n  fix  {refusal['fix']}" if refusal else "")


def _from_here(file: Path) -> Path:
    return Path(os.path.relpath(file))


def _counted(found: Sized) -> str:
    return f"{len(found)} project{'s' if len(found) != 1 else ''}"
