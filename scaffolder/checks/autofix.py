"""Mends what a rule is certain about: some bytes of a file are exchanged, and every other one is kept.

A file is written whole, beside itself, and then put in its place.

Not here: what to exchange; a finding brings it along.
"""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Sequence
from pathlib import Path

from scaffolder.core.errors import IOFailure
from scaffolder.core.findings import Finding
from scaffolder.core.text_edit import TextEdit, apply_edits
from scaffolder.reading.project import Project


def mend(project: Project, findings: Sequence[Finding]) -> int:
    """Apply the edits of findings; answer how many findings are mended.

    A finding whose edits would meet those of another one is left for the next run.

    Raises:
        IOFailure: A file has changed since it was read, or cannot be written.
    """
    taken: list[TextEdit] = []
    mended = 0
    for finding in findings:
        inside = all(not Path(edit.file).is_absolute() for edit in finding.edits)
        if finding.edits and inside and not any(_meet(edit, other) for edit in finding.edits for other in taken):
            taken += finding.edits
            mended += 1
    before = {source.file: source.content for worker in project.workers for source in worker.sources}
    files = sorted({edit.file for edit in taken})
    for file in files:
        if not (project.folder / file).stat().st_mode & stat.S_IWUSR:
            raise _unwritable(project.folder / file, "it is read-only")
    for file in files:
        _write(project.folder / file, before[file], [edit for edit in taken if edit.file == file])
    return mended


def _meet(one: TextEdit, other: TextEdit) -> bool:
    return one.file == other.file and one.start <= other.end and other.start <= one.end


def _write(path: Path, before: bytes, edits: Sequence[TextEdit]) -> None:
    try:
        _exchange(path, before, edits)
    except OSError as error:
        raise _unwritable(path, error.strerror or str(error)) from error


def _unwritable(path: Path, why: str) -> IOFailure:
    return IOFailure(
        what="a file cannot be mended",
        where=str(path),
        why=why,
        fix="see to it that you may write to it and to its folder, or leave out --fix",
    )


def _exchange(path: Path, before: bytes, edits: Sequence[TextEdit]) -> None:
    target = path.resolve()
    if target.read_bytes() != before:
        raise IOFailure(
            what="a file changed while it was checked",
            where=str(path),
            why="its new content would be lost",
            fix="run the same command again",
        )
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(apply_edits(before, edits))
        shutil.copymode(target, name)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
