"""Checks the destination of a project before anything is written.

Not here: writing there (`staging.py`, `delivery.py`).
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from scaffolder.core.errors import BadInput, IOFailure
from scaffolder.reading.config import config_search
from scaffolder.system import owner

LONGEST_NAME = 255 - len("..scaffold-") - owner.LENGTH
"""Bytes of the longest folder name that leaves room for the sibling's."""

SHOWN = 5
"""The number of names that a message lists before it ends in dots."""


STAYS = re.compile(r"\.git|\.gitignore|(README|LICEN[CS]E)([.-].*)?", re.IGNORECASE)
"""The names that a fresh clone may hold."""


def destination_of(named: Path) -> Path:
    """Return the full path of the folder that a user named.

    Raises:
        BadInput: `~name` names a user who does not exist.
    """
    try:
        # With `..` left in the path, folders would be made that it then leaves again.
        return Path(os.path.abspath(named.expanduser()))  # noqa: PTH100 - pathlib keeps `..`
    except RuntimeError as error:
        raise _bad_destination(named, "there is no such home folder", "name the folder in full") from error


def check_destination(destination: Path) -> None:
    """Check that a project can be made in a folder, before anything is written.

    Args:
        destination: The folder to make; it may exist if it is empty.

    Raises:
        BadInput: It is a file or not empty, its name is not a legal one for a folder, or wrangler would read another
            wrangler file there.
        IOFailure: Nothing can be written there.
    """
    if len(os.fsencode(destination.name)) > LONGEST_NAME:
        raise _bad_destination(destination, "its name is too long", "choose a shorter name")
    if not destination.name.isprintable():
        raise _bad_destination(
            destination, "its name contains unprintable characters", "choose a name of printable characters"
        )
    if destination.is_symlink() and not destination.exists():
        raise _bad_destination(destination, "it is a broken symbolic link", "remove the link, or choose another folder")
    if destination.exists() and not destination.is_dir():
        raise _bad_destination(destination, "it is a file", "choose another folder")
    names = staying(destination)
    if names and not (is_clone(destination) and all(STAYS.fullmatch(name) for name in names)):
        shown = ", ".join(names[:SHOWN]) + (", ..." if len(names) > SHOWN else "")
        raise _bad_destination(destination, f"it contains {shown}", "choose an empty or a new folder")
    _check_parents(destination)
    if found := config_search.preferred_to(destination / "wrangler.toml"):
        why = f"wrangler would read {config_search.shown(found.file)} there: {found.why}"
        raise _bad_destination(destination, why, "remove that file, or choose a folder outside of its reach")


def is_clone(destination: Path) -> bool:
    """Return whether a destination is a repository already."""
    return os.path.lexists(destination / ".git")


def staying(destination: Path) -> list[str]:
    """Return the names of what stays in a destination as it is."""
    if not destination.is_dir():
        return []
    return sorted(path.name for path in destination.iterdir() if ".scaffold-" not in path.name)


def _check_parents(destination: Path) -> None:
    parent = destination if destination.is_dir() else destination.parent
    while not parent.exists():
        parent = parent.parent
    if not parent.is_dir():
        raise _bad_destination(destination, f"{parent} is a file", "choose another folder")
    if not os.access(parent, os.W_OK | os.X_OK):
        raise trouble(destination, PermissionError(13, "permission denied", str(parent)))


def _bad_destination(destination: Path, why: str, fix: str) -> BadInput:
    return BadInput(what="cannot make a project here", where=str(destination), why=why, fix=fix)


def trouble(destination: Path, error: OSError) -> IOFailure:
    """Return the refusal for an error of the system about a destination."""
    return IOFailure(
        what="cannot write the project",
        where=str(error.filename or destination),
        why=error.strerror or str(error),
        fix="fix that, or choose another folder",
    )
