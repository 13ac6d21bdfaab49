"""Moves a staged project to its destination: completely, or not at all.

A folder that is not there yet is the staged one, renamed. One that exists is filled, and so keeps its owner and mode,
and stays the current folder of a shell; nothing in it is overwritten.

Not here: the staged project (`staging.py`).
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from scaffolder.commands.new.destination import trouble
from scaffolder.commands.new.staging import MOVING, STAGED
from scaffolder.core.errors import Refusal


def deliver(staged: Path, destination: Path, staying: list[str], finish: Callable[[], None]) -> None:
    """Move a staged project to its destination.

    Args:
        staged: The project.
        destination: Its folder.
        staying: The names in that folder that stay as they are.
        finish: Changes the files around it, once it is there.

    Raises:
        IOFailure: What is around cannot be changed, another program has put something there meanwhile, or the disk
            refuses; nothing stays moved.
    """
    try:
        if destination in staged.parents:
            _fill(staged, destination, staying, finish)
        elif os.path.lexists(destination):
            raise _taken(destination)
        else:
            _rename(staged, destination, finish)
    except OSError as error:
        raise trouble(destination, error) from error


def _rename(staged: Path, destination: Path, finish: Callable[[], None]) -> None:
    staged.rename(destination)
    try:
        finish()
    except BaseException:
        destination.rename(staged)
        raise


def _fill(staged: Path, destination: Path, staying: list[str], finish: Callable[[], None]) -> None:
    # From here on a killed run is finished by the next one, and not undone: its owner may have begun to work.
    staged = staged.rename(staged.with_name(staged.name.replace(STAGED, MOVING)))
    moved: list[Path] = []
    try:
        for entry in sorted(staged.iterdir()):
            target = destination / entry.name
            if entry.name in staying:
                continue
            if os.path.lexists(target):
                raise _taken(target)
            entry.rename(target)
            moved.append(target)
        finish()
    except (OSError, Refusal):
        for target in moved:
            target.rename(staged / target.name)
        raise


def _taken(path: Path) -> FileExistsError:
    return FileExistsError(17, "another program has made it meanwhile", str(path))
