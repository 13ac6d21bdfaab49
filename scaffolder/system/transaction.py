"""Writes several files as one transaction: all of them change or none does, even in a crash.

A journal with the old and the new content of every file is committed first. Then all new contents are written beside
their places, and only then are they renamed, so that a full disk changes nothing. A later run that finds a journal
finishes it, or undoes it if one of the files has been changed since.

Not here: the changes (`plan.py`), where journals are kept (`journal.py`), and writing one file (`file_writer.py`).
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from shlex import quote

from scaffolder.core.errors import IOFailure
from scaffolder.core.invocation import program
from scaffolder.system import file_writer, journal, signals
from scaffolder.system.file_writer import FileChange, FileStep
from scaffolder.system.journal import Journal
from scaffolder.system.project_lock import exclusive

__all__ = ["FileChange", "exclusive", "recover", "unfinished", "write"]


def write(project: Path, changes: Sequence[FileChange]) -> None:
    """Write all changes, or none.

    Args:
        project: The project's folder; every file has to be inside of it.
        changes: The changes.

    Raises:
        IOFailure: One of the files cannot be changed; then no file is.
    """
    root = project.resolve()
    with exclusive(root), signals.deferred():
        steps = [_step(root, each) for each in changes]
        try:
            committed = journal.write(root, steps)
        except OSError as error:
            raise _failure(Path(str(error.filename or root)), error.strerror or str(error)) from error
        try:
            _apply(root, steps)
        except OSError as error:
            where = Path(str(error.filename or root))
            _undo_after(error, committed)
            raise _failure(where, error.strerror or str(error)) from error
        committed.discard()


def recover(folder: Path) -> str:
    """Finish or undo the transactions of interrupted runs, in a folder's project and the projects around and below it.

    Returns:
        A sentence about it, or an empty string if there was none.

    Raises:
        IOFailure: A journal cannot be read, or a file cannot be written.
    """
    done = ""
    for found in list(journal.about(folder)):
        with exclusive(found.project), signals.deferred():
            # The run that wrote it may have been alive, and has ended meanwhile.
            left = journal.read(found.folder)
            done = _finish_or_undo(left) if left else done
    return done


def unfinished(folder: Path) -> str:
    """Return a sentence about an interrupted transaction that `recover` would finish or undo; nothing is changed."""
    for found in journal.about(folder):
        # A run that is still writing is waited for.
        with exclusive(found.project):
            if not found.folder.exists():
                continue
        return (
            f"an edit of {found.project} was interrupted, and only some of its files may be changed; "
            f"finish it: {program()} check --fix {quote(str(found.project))}, "
            f"or forget it: {journal.how_to_discard(found.folder)}"
        )
    return ""


def _finish_or_undo(found: Journal) -> str:
    try:
        now = [file_writer.content(found.project, each.file) for each in found.steps]
        is_untouched = all(each in {step.before, step.after} for each, step in zip(now, found.steps, strict=True))
        for step in found.steps:
            file_writer.clear(found.project, step)
        if is_untouched:
            _apply(found.project, [step for each, step in zip(now, found.steps, strict=True) if each != step.after])
        else:
            _undo(found)
        found.discard()
    except OSError as error:
        raise _failure(
            found.project,
            f"the edit that was interrupted cannot be finished: {error.strerror or error}",
            f"fix the cause, or forget that edit: {journal.how_to_discard(found.folder)}",
        ) from error
    if is_untouched:
        return "an earlier run was interrupted while writing files; its changes are now finished"
    return "an earlier run was interrupted while writing files, which have changed since; its changes are undone"


def _step(root: Path, change: FileChange) -> FileStep:
    """Resolve symbolic links, so that the file is replaced and not the link to it."""
    target = change.path.resolve()
    if not target.is_relative_to(root):
        raise _failure(change.path, "it is outside of the project")
    file = target.relative_to(root).as_posix()
    if not file_writer.is_allowed(file):
        raise _failure(change.path, "it is in the git repository")
    try:
        _check(target, file_writer.content(root, file), change)
    except OSError as error:
        raise _failure(target, error.strerror or str(error)) from error
    missing = [each for each in target.parents if each.is_relative_to(root) and not each.exists()]
    new_folders = tuple(each.relative_to(root).as_posix() for each in reversed(missing))
    return FileStep(file, change.before, change.after, new_folders)


def _check(target: Path, now: bytes | None, change: FileChange) -> None:
    if now != change.before:
        raise _failure(target, "it has changed since it was read", fix="run the same command again")
    # The mode counts for root, too: a rename would replace a read-only file without complaint.
    if target.exists() and not (target.stat().st_mode & 0o222 and os.access(target, os.W_OK)):
        raise _failure(target, "it is read-only")
    folder = next(parent for parent in target.parents if parent.is_dir())
    if not os.access(folder, os.W_OK | os.X_OK):
        raise _failure(folder, "permission denied")


def _apply(root: Path, steps: Sequence[FileStep]) -> None:
    """Write all contents beside their places, and then rename them."""
    for each in steps:
        file_writer.stage(root, each)
    for each in steps:
        file_writer.place(root, each)


def _undo_after(error: OSError, committed: Journal) -> None:
    """Undo a transaction that failed; if even that fails, its journal stays for the next run."""
    try:
        _undo(committed)
        committed.discard()
    except OSError as second:
        raise _failure(
            committed.project,
            f"{error.strerror or error}; and it could not be undone: {second.strerror or second}",
            f"fix the cause, and then: {program()} check --fix {quote(str(committed.project))}",
        ) from error


def _undo(found: Journal) -> None:
    for each in found.steps:
        file_writer.clear(found.project, each)
    # Only the files that still have the new content: one that the user has changed since is the user's.
    changed = [each for each in found.steps if file_writer.content(found.project, each.file) == each.after]
    _apply(found.project, [FileStep(each.file, each.after, each.before) for each in changed])
    for each in found.steps:
        file_writer.clear(found.project, each)


def _failure(path: Path, why: str, fix: str = "fix the cause, and run the same command again") -> IOFailure:
    return IOFailure(what="cannot change the project", where=str(path), why=why, fix=fix)
