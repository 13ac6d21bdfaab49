"""Checks the destination of a project, and puts the project there: completely, or not at all.

A project is rendered into a hidden sibling of its destination and renamed. The sibling's
name contains the process id, so that a later run recognises the leftovers of a killed one.

Not here: the rendering (`render.py`).
"""

from __future__ import annotations

import json
import os
import shutil
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from scaffolder.core.errors import BadInput, InternalError, IOFailure, TrustRefused

LONGEST_NAME = 255 - len("..scaffold-4194304")
"""Bytes of the longest folder name that leaves room for the sibling's."""

SHOWN = 5
"""The number of names that a message lists before it ends in dots."""


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
        BadInput: It is a file or not empty, or its name is not a legal one for a folder.
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
    if destination.is_dir() and (names := sorted(path.name for path in destination.iterdir())):
        shown = ", ".join(names[:SHOWN]) + (", ..." if len(names) > SHOWN else "")
        raise _bad_destination(destination, f"it contains {shown}", "choose an empty or a new folder")
    _check_parents(destination)


@contextmanager
def staging(destination: Path) -> Iterator[Path]:
    """Make a hidden sibling of the destination, and remove it at the end of the block.

    Raises:
        IOFailure: It cannot be made.
    """
    sweep(destination)
    made = _make_parents(destination.parent)
    folder = destination.with_name(f".{destination.name}.scaffold-{os.getpid()}")
    try:
        folder.mkdir()
        yield folder
    except OSError as error:
        raise _trouble(destination, error) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        _remove_empty(made)


def deliver(staged: Path, destination: Path) -> None:
    """Rename a staged project to its destination.

    Raises:
        IOFailure: Another program has put something there meanwhile, or the disk refuses.
    """
    try:
        if destination.is_dir() and not destination.is_symlink():
            destination.rmdir()
        elif destination.exists():
            raise FileExistsError(17, "another program has made it meanwhile", str(destination))
        staged.rename(destination)
    except OSError as error:
        raise _trouble(destination, error) from error


def sweep(destination: Path) -> None:
    """Remove the leftovers of killed runs beside a destination."""
    if not destination.parent.is_dir():
        return
    for folder in destination.parent.glob(f".{destination.name}.scaffold-*"):
        owner = folder.name.rpartition("-")[2]
        if owner.isdigit() and not _is_alive(int(owner)):
            shutil.rmtree(folder, ignore_errors=True)


def check_tree(folder: Path) -> None:
    """Check that a rendered project is harmless and complete.

    Raises:
        TrustRefused: It contains a link, or a file of a `.git` folder.
        InternalError: One of its files does not parse.
    """
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink() or ".git" in name.lower().split("/"):
            raise TrustRefused(
                what=f"the template would write {name}",
                where="the rendered project",
                why="links reach outside of the project, and files in .git can run programs",
                fix="use a catalogue whose templates contain neither",
            )
        if path.is_file():
            _check_parses(path, name)


def _check_parses(path: Path, name: str) -> None:
    try:
        if path.suffix in {".toml", ".lock"}:
            tomllib.loads(path.read_text(encoding="utf-8"))
        elif path.suffix == ".json":
            json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise InternalError(
            what=f"the rendered {name} does not parse",
            where=name,
            why=str(error),
            fix="report it to the maintainers of the catalogue",
        ) from error


def _check_parents(destination: Path) -> None:
    parent = destination.parent
    while not parent.exists():
        parent = parent.parent
    if not parent.is_dir():
        raise _bad_destination(destination, f"{parent} is a file", "choose another folder")
    if not os.access(parent, os.W_OK | os.X_OK):
        raise _trouble(destination, PermissionError(13, "permission denied", str(parent)))


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
        raise _trouble(folder, error) from error
    return made


def _remove_empty(folders: list[Path]) -> None:
    for folder in folders:
        # One that was never made, or that another program uses by now, stays.
        with suppress(OSError):
            folder.rmdir()


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return process != os.getpid()


def _bad_destination(destination: Path, why: str, fix: str) -> BadInput:
    return BadInput(what="cannot make a project here", where=str(destination), why=why, fix=fix)


def _trouble(destination: Path, error: OSError) -> IOFailure:
    return IOFailure(
        what="cannot write the project",
        where=str(error.filename or destination),
        why=error.strerror or str(error),
        fix="fix that, or choose another folder",
    )
