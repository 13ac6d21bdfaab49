"""Writes several files so that all of them change or none does, whatever happens in between.

What is to be written is first put down in full, in a folder `.scaffold-journal` in the project that git does not see;
a rename makes that valid. A run that finds one left behind by a crash finishes it, or undoes it if somebody has changed
a file since.

Not here: what is written (`plan.py`).
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
    """A file that changes.

    Args:
        path: The file.
        before: Its bytes when it was read; None where there was none.
        after: Its bytes to be; None where it goes.
    """

    path: Path
    before: bytes | None
    after: bytes | None


def write(project: Path, changes: Sequence[FileChange]) -> None:
    """Make all changes.

    Raises:
        IOFailure: One of them cannot be made; then none is.
    """
    settled = [FileChange(_target(project, each.path), each.before, each.after) for each in changes]
    for each in settled:
        _check(each)
    with signals.put_off():
        _put_down(project, settled)
        try:
            _apply(settled)
        except OSError as error:
            _undo(settled)
            _forget(project)
            raise _trouble(Path(str(error.filename or project)), error.strerror or str(error)) from error
        _forget(project)


def recover(project: Path) -> str:
    """Finish or undo what an earlier run left half done; answer what was done, or an empty text."""
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
        raise _trouble(folder, "an earlier run left it, and it cannot be read") from error
    if _is_alive(str(plan["process"])):
        raise _trouble(project, "another run is changing this project")
    return _settle(project, changes)


def _settle(project: Path, changes: Sequence[FileChange]) -> str:
    whole = all(_now(each.path) in {each.before, each.after} for each in changes)
    with signals.put_off():
        if whole:
            _apply([each for each in changes if _now(each.path) != each.after])
        else:
            _undo(changes)
        _forget(project)
    return (
        "an earlier run was stopped while it wrote: it is finished now"
        if whole
        else ("an earlier run was stopped while it wrote, and a file has changed since: what it wrote is undone")
    )


def _target(project: Path, path: Path) -> Path:
    """Follow a link within the project."""
    target = path.resolve()
    if not target.is_relative_to(project.resolve()):
        raise _trouble(path, "it leads out of the project")
    return target


def _check(change: FileChange) -> None:
    if _now(change.path) != change.before:
        raise _trouble(change.path, "it has changed since it was read", fix="run the same command again")
    is_there = change.path.exists()
    if is_there and not (change.path.stat().st_mode & 0o222 and os.access(change.path, os.W_OK)):
        raise _trouble(change.path, "it is read-only")
    folder = next(parent for parent in change.path.parents if parent.is_dir())
    if not os.access(folder, os.W_OK | os.X_OK):
        raise _trouble(folder, "nothing can be written there")


def _put_down(project: Path, changes: Sequence[FileChange]) -> None:
    made = project / f"{FOLDER}-{os.getpid()}"
    try:
        made.mkdir()
        listed = []
        for number, each in enumerate(changes):
            for word, content in (("before", each.before), ("after", each.after)):
                if content is not None:
                    _flush(made / f"{number}.{word}", content)
            has = {"before": each.before is not None, "after": each.after is not None}
            listed.append({"file": each.path.relative_to(project.resolve()).as_posix(), "number": number, **has})
        _flush(made / ".gitignore", b"*\n")
        _flush(made / "plan.json", json.dumps({"process": os.getpid(), "files": listed}).encode())
        _sync(made)
        made.rename(project / FOLDER)
        _sync(project)
    except OSError as error:
        shutil.rmtree(made, ignore_errors=True)
        raise _trouble(project, error.strerror or str(error)) from error


def _read(project: Path, folder: Path, entry: dict[str, Any]) -> FileChange:
    contents = [
        (folder / f"{entry['number']}.{word}").read_bytes() if entry[word] else None for word in ("before", "after")
    ]
    return FileChange(_target(project, project / str(entry["file"])), *contents)


def _apply(changes: Sequence[FileChange]) -> None:
    for each in changes:
        if each.after is None:
            each.path.unlink(missing_ok=True)
            _prune(each.path.parent)
        else:
            _put(each.path, each.after)


def _undo(changes: Sequence[FileChange]) -> None:
    _apply([FileChange(each.path, each.after, each.before) for each in changes if _now(each.path) == each.after])


def _put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        _flush(beside, content)
        if path.exists():
            shutil.copymode(path, beside)
        beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise
    _sync(path.parent)


def _forget(project: Path) -> None:
    """Take the journal away: from the rename on, it holds no longer."""
    old = project / f"{FOLDER}-{os.getpid()}"
    (project / FOLDER).rename(old)
    shutil.rmtree(old, ignore_errors=True)


def _prune(folder: Path) -> None:
    # A folder that holds something else stays.
    with suppress(OSError):
        folder.rmdir()


def _now(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _flush(path: Path, content: bytes) -> None:
    with path.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _sync(folder: Path) -> None:
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
    return int(process) != os.getpid()


def _trouble(path: Path, why: str, fix: str = "mend that, and run the same command again") -> IOFailure:
    return IOFailure(what="the project cannot be changed", where=str(path), why=why, fix=fix)
