"""Writes several files as one transaction: all of them change or none does, even in a crash.

A journal with the old and the new content of every file is written first, in a folder
`.scaffold-journal` of the project that git ignores. It is written under another name, and the
rename to that one commits it. A later run that finds a journal finishes it, or rolls it back if
one of the files has been changed since.

Not here: the changes (`plan.py`).
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scaffolder.core.errors import IOFailure
from scaffolder.system import signals

FOLDER = ".scaffold-journal"


@dataclass(frozen=True)
class FileChange:
    """The change of one file.

    Args:
        path: The file.
        before: The content when it was read; None if there was no file.
        after: The new content; None to delete the file.
    """

    path: Path
    before: bytes | None
    after: bytes | None


def write(project: Path, changes: Sequence[FileChange]) -> None:
    """Write all changes, or none.

    Args:
        project: The project's folder; every file has to be inside of it.
        changes: The changes.

    Raises:
        IOFailure: One of the files cannot be changed; then no file is.
    """
    resolved = [FileChange(_target(project, each.path), each.before, each.after) for each in changes]
    for each in resolved:
        _check(each)
    with signals.deferred():
        _write_journal(project, resolved)
        try:
            _apply(resolved)
        except OSError as error:
            _roll_back(resolved)
            _discard_journal(project)
            raise _failure(Path(str(error.filename or project)), error.strerror or str(error)) from error
        _discard_journal(project)


def recover(project: Path) -> str:
    """Finish or roll back the journal of an interrupted run.

    Returns:
        A sentence about it, or an empty string if there was no journal.

    Raises:
        IOFailure: The journal cannot be read, or belongs to a process that is still running.
    """
    # Journals that were never committed, or already discarded, by a process that is gone.
    for old in project.glob(f"{FOLDER}-*"):
        if not _is_alive(old.name.rpartition("-")[2]):
            shutil.rmtree(old, ignore_errors=True)
    folder = project / FOLDER
    if not folder.is_dir():
        return ""
    try:
        plan = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
        changes = [_read(project, folder, each) for each in plan["files"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _failure(folder, "it was left by an interrupted run, and cannot be read") from error
    if _is_alive(str(plan["process"])):
        raise _failure(project, "another run is changing this project")
    return _finish_or_roll_back(project, changes)


def _finish_or_roll_back(project: Path, changes: Sequence[FileChange]) -> str:
    is_untouched = all(_content(each.path) in {each.before, each.after} for each in changes)
    with signals.deferred():
        if is_untouched:
            _apply([each for each in changes if _content(each.path) != each.after])
        else:
            _roll_back(changes)
        _discard_journal(project)
    if is_untouched:
        return "an earlier run was interrupted while writing files; its changes are now finished"
    return "an earlier run was interrupted while writing files, which have changed since; its changes are undone"


def _target(project: Path, path: Path) -> Path:
    """Resolve symbolic links, so that the file is replaced and not the link to it."""
    target = path.resolve()
    if not target.is_relative_to(project.resolve()):
        raise _failure(path, "it is outside of the project")
    return target


def _check(change: FileChange) -> None:
    if _content(change.path) != change.before:
        raise _failure(change.path, "it has changed since it was read", fix="run the same command again")
    # The mode counts for root, too: a rename would replace a read-only file without complaint.
    if change.path.exists() and not (change.path.stat().st_mode & 0o222 and os.access(change.path, os.W_OK)):
        raise _failure(change.path, "it is read-only")
    folder = next(parent for parent in change.path.parents if parent.is_dir())
    if not os.access(folder, os.W_OK | os.X_OK):
        raise _failure(folder, "permission denied")


def _write_journal(project: Path, changes: Sequence[FileChange]) -> None:
    partial = project / f"{FOLDER}-{os.getpid()}"
    try:
        partial.mkdir()
        entries = []
        for number, each in enumerate(changes):
            for side, content in (("before", each.before), ("after", each.after)):
                if content is not None:
                    _write_synced(partial / f"{number}.{side}", content)
            has = {"before": each.before is not None, "after": each.after is not None}
            entries.append({"file": each.path.relative_to(project.resolve()).as_posix(), "number": number, **has})
        _write_synced(partial / ".gitignore", b"*\n")
        _write_synced(partial / "plan.json", json.dumps({"process": os.getpid(), "files": entries}).encode())
        # The rename is the commit: the contents must be on the disk before it, and it before the first change.
        _sync(partial)
        partial.rename(project / FOLDER)
        _sync(project)
    except OSError as error:
        shutil.rmtree(partial, ignore_errors=True)
        raise _failure(project, error.strerror or str(error)) from error


def _read(project: Path, folder: Path, entry: dict[str, Any]) -> FileChange:
    contents = [
        (folder / f"{entry['number']}.{side}").read_bytes() if entry[side] else None for side in ("before", "after")
    ]
    return FileChange(_target(project, project / str(entry["file"])), *contents)


def _apply(changes: Sequence[FileChange]) -> None:
    for each in changes:
        if each.after is None:
            each.path.unlink(missing_ok=True)
            _remove_if_empty(each.path.parent)
        else:
            _replace(each.path, each.after)


def _roll_back(changes: Sequence[FileChange]) -> None:
    # Only the files that still have the new content: one that the user has changed since is the user's.
    _apply([FileChange(each.path, each.after, each.before) for each in changes if _content(each.path) == each.after])


def _replace(path: Path, content: bytes) -> None:
    """Write a file next to its destination and rename it, so that no reader ever sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        _write_synced(temporary, content)
        if path.exists():
            shutil.copymode(path, temporary)
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    _sync(path.parent)


def _discard_journal(project: Path) -> None:
    """Delete the journal; it is renamed first, since a half-deleted one must not look valid."""
    old = project / f"{FOLDER}-{os.getpid()}"
    (project / FOLDER).rename(old)
    shutil.rmtree(old, ignore_errors=True)


def _remove_if_empty(folder: Path) -> None:
    # `rmdir` fails for a folder that is not empty.
    with suppress(OSError):
        folder.rmdir()


def _content(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _write_synced(path: Path, content: bytes) -> None:
    with path.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _sync(folder: Path) -> None:
    """Flush a folder's entries to the disk; a rename is durable only then."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _is_alive(process: str) -> bool:
    try:
        os.kill(int(process), 0)
    except (ProcessLookupError, ValueError):
        return False
    except PermissionError:
        return True
    # A journal with this process's own number is from an earlier process that had the same one.
    return int(process) != os.getpid()


def _failure(path: Path, why: str, fix: str = "fix the cause, and run the same command again") -> IOFailure:
    return IOFailure(what="cannot change the project", where=str(path), why=why, fix=fix)
