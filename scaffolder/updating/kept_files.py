"""Finds the files of a new version that an adopted project keeps as its own, or can have no use for.

Beside a program that is its owner's, new source files or SQL migrations of the template would be half of another one.

Not here: what is its own since the adoption (`adopting/`), and the merge (`merge/`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from scaffolder.editing import lines, record
from scaffolder.reading.program_files import HOUSE, is_program
from scaffolder.system.file_writer import FileChange
from scaffolder.updating.origin_record import OriginRecord


def after(
    own: Collection[str], base: Collection[str], theirs: Collection[str], moved: Mapping[str, str]
) -> dict[str, bool]:
    """Return the files that are a project's own after an update, and whether the new version is the first to have them.

    Args:
        own: The files that are its own before the update.
        base: The paths of the old template.
        theirs: The paths of the new one.
        moved: The new paths of files, by the old ones.
    """
    followed = {new for old, new in moved.items() if old in own and new in theirs and old not in theirs}
    new = {path for path in theirs if path not in base} - followed
    left = new - HOUSE if any(is_program(path) for path in own if path in base) else set[str]()
    found = dict.fromkeys([*own, *sorted(followed)], False)
    return {**found, **dict.fromkeys(sorted(left - found.keys()), True)}


def record_change(found: OriginRecord, own: Collection[str]) -> FileChange:
    """Return the change of an adopted project's record that lists its own files."""
    path = found.folder / record.FILE
    before = path.read_bytes()
    text = record.text_of(record.read(found.folder) or (), sorted(own))
    return FileChange(path, before, text.replace("\n", lines.newline(before)).encode())
