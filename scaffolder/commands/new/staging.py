"""Makes the hidden folder in which a project is rendered, and removes what killed runs left.

It is a sibling of a destination that is to be made, and inside one that exists: a folder may be a mount point, or the
only one that its user may write. Its name names the process, so that a later run recognises the leftovers of a killed
one.

Not here: the destination (`destination.py`), and the way from here to there (`delivery.py`).
"""

from __future__ import annotations

import glob
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from errno import EAGAIN
from pathlib import Path

from scaffolder.commands.new.destination import trouble
from scaffolder.system import file_lock, owner

STAGED = ".scaffold-"
MOVING = ".scaffold-moving-"
"""The beginning of the hidden folder's name; the second once its files are moved out of it."""

LOCK = ".scaffold-lock"
"""The file in an existing destination that keeps other runs out of it, whoever's they are; it goes with the run."""


@contextmanager
def staging(destination: Path) -> Iterator[Path]:
    """Make the hidden folder of a destination, and remove it at the end of the block.

    Raises:
        IOFailure: It cannot be made, or another run is filling the destination.
    """
    made = _make_parents(destination.parent)
    place, prefix = (destination, "") if destination.is_dir() else (destination.parent, f".{destination.name}")
    folders = [place / f"{prefix}{word}{owner.me()}" for word in (STAGED, MOVING)]
    try:
        with _lock(destination) if place == destination else nullcontext():
            folders[0].mkdir()
            yield folders[0]
    except OSError as error:
        raise trouble(destination, error) from error
    finally:
        for folder in folders:
            shutil.rmtree(folder, ignore_errors=True)
        _remove_empty(made)


def sweep(destination: Path) -> str:
    """Remove the leftovers of killed runs, and finish one that was killed while it filled the destination.

    Returns:
        A sentence about the finished one, or an empty string.
    """
    finished = ""
    # The system refuses to look at some destinations, which are refused with a better reason later.
    with suppress(OSError):
        beside = destination.parent.glob(f".{glob.escape(destination.name)}{STAGED}*")
        for folder in (*beside, *destination.glob(f"{STAGED}*")):
            if _is_left(folder.name.rpartition("-")[2]):
                if folder.name.startswith(MOVING):
                    finished = f"an earlier run was stopped while it filled {destination}; its project is now complete"
                    _move_rest(folder, destination)
                shutil.rmtree(folder, ignore_errors=True)
        if (destination / LOCK).exists():
            # Whoever can take the lock of a killed run removes it.
            with _lock(destination):
                pass
    return finished


def _move_rest(folder: Path, destination: Path) -> None:
    for entry in folder.iterdir():
        if not os.path.lexists(destination / entry.name):
            entry.rename(destination / entry.name)


@contextmanager
def _lock(destination: Path) -> Iterator[None]:
    """Keep other runs out of a destination that exists, for as long as the block lasts."""
    lock = destination / LOCK
    try:
        with file_lock.held(lock, limit=0):
            try:
                yield
            finally:
                # While it is held: a run that opened it before this makes it anew.
                lock.unlink(missing_ok=True)
    except file_lock.Held:
        raise BlockingIOError(EAGAIN, "another run is making a project here", str(destination)) from None


def _make_parents(folder: Path) -> list[Path]:
    """Make a folder and its parents, and return the new ones, innermost first."""
    made = []
    for parent in (folder, *folder.parents):
        if parent.exists():
            break
        made.append(parent)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        _remove_empty(made)
        raise trouble(folder, error) from error
    return made


def _remove_empty(folders: list[Path]) -> None:
    for folder in folders:
        # One that was never made, or that another program uses by now, stays.
        with suppress(OSError):
            folder.rmdir()


def _is_left(name: str) -> bool:
    """Return whether a process is gone; this one has made nothing yet, so what bears its name was left, too."""
    return re.fullmatch(owner.PATTERN, name) is not None and (owner.is_gone(name) or name == owner.me())
