"""Applies the fixes that are certain: the text edits that findings carry, to all of their files or to none.

Not here: which edits fix a finding, which its rule decides, and the writing itself (`transaction.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from scaffolder.core.findings import Finding
from scaffolder.core.text_edit import TextEdit, apply_edits
from scaffolder.reading.project import Project
from scaffolder.system import transaction
from scaffolder.system.transaction import FileChange


def fix(project: Project, findings: Sequence[Finding]) -> int:
    """Apply the edits of findings, and return the number of findings that are fixed.

    A finding whose edits overlap or touch those of an earlier one is left to the next call, which reads the project
    again: its offsets may be wrong by then, and two insertions at one place have no order.

    Raises:
        IOFailure: A file changed since it was read, or cannot be written; then no file is changed.
    """
    chosen: list[Finding] = []
    for finding in findings:
        taken = [edit for each in chosen for edit in each.edits]
        if _is_within(finding) and not any(_meet(edit, other) for edit in finding.edits for other in taken):
            chosen.append(finding)
    changes = _changes(project, [edit for each in chosen for edit in each.edits])
    if changes:
        transaction.write(project.folder, changes)
    return len(chosen)


def _is_within(finding: Finding) -> bool:
    """Return whether a finding can be fixed by edits within the project; a workspace's root may be outside of it."""
    return bool(finding.edits) and not any(Path(edit.file).is_absolute() for edit in finding.edits)


def _meet(one: TextEdit, other: TextEdit) -> bool:
    return one.file == other.file and one.start <= other.end and other.start <= one.end


def _changes(project: Project, edits: Sequence[TextEdit]) -> list[FileChange]:
    contents = {source.file: source.content for worker in project.configured for source in worker.sources}
    return [
        FileChange(
            project.folder / file,
            contents[file],
            apply_edits(contents[file], [edit for edit in edits if edit.file == file]),
        )
        for file in sorted({edit.file for edit in edits})
    ]
