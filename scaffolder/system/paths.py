"""The scaffolder's folders, all of them inside one cache folder that may be deleted at any time.

`SCAFFOLD_CACHE` replaces the default location. A folder that cannot be used is refused here, once for all commands.

It uses the standard library alone, since `bootstrap.py` needs the cache folder before any dependency is installed.
"""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

from scaffolder.core.errors import BadInput, IOFailure
from scaffolder.core.invocation import program

NAME = "rust-worker-scaffold"

ELSEWHERE = "set SCAFFOLD_CACHE to the full path of a folder of yours"

FULL = {errno.ENOSPC, errno.EDQUOT}
"""The errors of a disk, or of a user's share of it, that is full."""


def cache() -> Path:
    """Return the cache folder; create it if necessary.

    Raises:
        BadInput: SCAFFOLD_CACHE is not a full path.
        IOFailure: It cannot be created, or not be written to.
    """
    folder = place()
    try:
        _created(folder)
    except OSError as error:
        full = trouble(error) if error.errno in FULL else None
        raise full or _unusable(folder, _obstacle(folder) or error.strerror or str(error)) from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise _unusable(folder, _obstacle(folder))
    return folder


def trouble(error: OSError) -> IOFailure | None:
    """Return the refusal for an error of the system that is about the cache or a full disk; None for another one."""
    is_full = error.errno in FULL
    try:
        folder = place()
        is_here = error.filename is not None and Path(os.fsdecode(error.filename)).is_relative_to(folder)
    except (BadInput, TypeError):
        return None
    if not (is_here or is_full):
        return None
    room = f"free some space on the disk, see: {program()} clean; or {ELSEWHERE}"
    return IOFailure(
        what="cannot write to the cache" if is_here else "cannot write: the disk is full",
        where=str(error.filename or folder),
        why=error.strerror or str(error),
        fix=f"{room}; then run the same command again" if is_full else f"fix its permissions, or {ELSEWHERE}",
    )


def tools() -> Path:
    """Return the folder of the tools that `scaffold setup` installs."""
    return _created(cache() / "tools")


def target(key: str) -> Path:
    """Return the build folder that validations with the same rustc share."""
    return _created(cache() / "target" / key)


def work() -> Path:
    """Return the folder of the working copies that are built."""
    return _created(cache() / "work")


def logs() -> Path:
    """Return the folder of the logs of programs."""
    return _created(cache() / "logs")


def journals() -> Path:
    """Return the folder of the journals of the user's unfinished edits; `journal.py` creates it."""
    # One for each user, since a cache may be shared, or root may run with a user's home.
    return place() / f"journals-{os.geteuid()}"


def place() -> Path:
    """Return the path of the cache folder, which may not exist.

    Raises:
        BadInput: SCAFFOLD_CACHE is not a full path, or there is no home folder.
    """
    chosen = os.environ.get("SCAFFOLD_CACHE", "")
    try:
        # An empty one counts as none, as everywhere.
        folder = Path(chosen).expanduser() if chosen else _user_caches() / NAME
    except RuntimeError as error:
        raise _unknown(chosen, "there is no such home folder") from error
    if not folder.is_absolute():
        # It would be another folder, with tools of its own, wherever a command is run.
        raise _unknown(chosen, "it is not a full path")
    return folder


def _user_caches() -> Path:
    """Return the folder that the system, or the XDG specification, gives to caches."""
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    chosen = Path(os.environ.get("XDG_CACHE_HOME", ""))
    # The specification wants a relative one to be ignored.
    return chosen if chosen.is_absolute() else Path.home() / ".cache"


def _created(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _obstacle(folder: Path) -> str:
    """Return what is in the way of a folder that cannot be used, or an empty string if that is not obvious."""
    there = next(each for each in (folder, *folder.parents) if os.path.lexists(each))
    if not there.is_dir():
        kind = "a link that leads nowhere" if there.is_symlink() and not there.exists() else "not a folder"
        return f"{there} is {kind}"
    if os.access(there, os.W_OK | os.X_OK):
        return ""
    is_others = there.stat().st_uid != os.geteuid()
    return f"{there} {'belongs to another user, and you may' if is_others else 'is read-only; you may'} not write there"


def _unusable(folder: Path, why: str) -> IOFailure:
    return IOFailure(
        what="cannot use the cache folder",
        where=str(folder),
        why=f"{why}; all tools are installed in it",
        fix=f"fix that, or {ELSEWHERE}",
    )


def _unknown(chosen: str, why: str) -> BadInput:
    return BadInput(what="the cache folder has no place", where=f"SCAFFOLD_CACHE={chosen}", why=why, fix=ELSEWHERE)
