"""The command `scaffold diff`: how a project differs from its template, or what an update would bring.

Not here: both versions of the template (`updating/`).
"""

from __future__ import annotations

from pathlib import Path

from scaffolder.commands.update_questions import asking
from scaffolder.core.requests import UpdateRequest
from scaffolder.core.unified_diff import unified_diff
from scaffolder.editing import record as record_of_additions
from scaffolder.reading.secret_files import is_secret_file
from scaffolder.system import paths
from scaffolder.system.scratch import scratch
from scaffolder.ui.console import one_line
from scaffolder.ui.report import Report
from scaffolder.updating import origin_record, preparation, rendering, trees, update_plan
from scaffolder.updating.merge.outcome import Entry
from scaffolder.updating.origin_record import OriginRecord


def run(project: Path, version: str | None, report: Report) -> int:
    """Show how a project differs from its template, or what an update to a version would change.

    Returns:
        1 if there is a difference, else 0.

    Raises:
        Refusal: There is no such version, or it does not render.
    """
    record = origin_record.read(project)
    with report.working("rendering the template"), scratch(paths.work()) as place:
        found = _to_version(record, version, place, report) if version else _to_template(record, place, report)
    text = "".join(unified_diff(one_line(name), before, after) for name, before, after in found)
    if text:
        report.plain(text.rstrip("\n"))
    report.result(
        project=str(record.folder),
        files=[{"file": name, "diff": unified_diff(name, before, after)} for name, before, after in found],
    )
    return 1 if found else 0


Difference = tuple[str, bytes | None, bytes | None]
"""A path, and its bytes on both sides."""


def _to_version(record: OriginRecord, version: str, place: Path, report: Report) -> list[Difference]:
    request = UpdateRequest(record.folder, version, dry_run=True)
    prepared = preparation.prepare(record, version, {}, place, asking(request, report))
    plan = update_plan.plan(record, prepared.old, prepared.new, prepared.moved.files, place)
    report.result(**{"from": prepared.old.version.shown, "to": prepared.new.version.shown})
    report.result(conflicts=[{"file": path, "why": list(each.conflicts)} for path, each in plan.conflicts.items()])
    changes = [(each.path.relative_to(record.folder).as_posix(), each.before, each.after) for each in plan.changes]
    return sorted(changes, key=lambda each: each[0])


def _to_template(record: OriginRecord, place: Path, report: Report) -> list[Difference]:
    old = preparation.old_side(record, place)
    additions, _ = update_plan.additions_of(record, old, place)
    rendering.rendered(old, additions, place / "old")
    template = trees.of_template(place / "old")
    ours = trees.of_project(record.folder, template)
    report.result(**{"from": old.version.shown, "to": None})
    kept = {*record_of_additions.own_files(record.folder)}
    paths_ = sorted(path for path in {*template, *ours} - kept if template.get(path) != ours.get(path))
    return [
        (path, _bytes(template.get(path)), _bytes(ours.get(path)))
        for path in paths_
        if not is_secret_file(Path(path).name)
    ]


def _bytes(entry: Entry | None) -> bytes | None:
    return entry.content if entry is not None else None
