"""Remembers how far an update of a fleet has come, so that the next run of the same command goes on where it stopped.

Each project has a file of its own: that it was begun, and from which version, and how it ended. Once all are ended the
files are removed, and the next run starts anew.

Not here: the updates (`fleet_updates.py`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from scaffolder.commands.fleet.fleet_list import Member
from scaffolder.core.errors import IOFailure
from scaffolder.system import file_lock, paths
from scaffolder.system.file_writer import FileStep, place, stage


@dataclass(frozen=True)
class FleetProgress:
    """The progress of one update of one list.

    Args:
        folder: Where it is kept.
    """

    folder: Path

    @contextmanager
    def alone(self, member: Member) -> Iterator[None]:
        """Keep other runs away from a project while the block runs.

        Raises:
            IOFailure: Another run is at it.
        """
        try:
            with file_lock.held(self._path(member).with_suffix(".lock"), limit=0):
                yield
        except file_lock.Held:
            raise IOFailure(
                what="another run is updating this project",
                where=str(member.folder),
                why="two runs would get into each other's way",
                fix="wait for the other run to end, and run the same command again",
            ) from None

    def begin(self, member: Member, version: str) -> None:
        """Note that a project is being updated.

        Args:
            member: The project.
            version: The version that it has.
        """
        self._write(member, {"begun": version})

    def end(self, member: Member, outcome: dict[str, Any]) -> None:
        """Note how the update of a project has ended."""
        self._write(member, {"ended": outcome})

    def begun(self, member: Member) -> str:
        """Return the version from which a stopped run was updating a project; empty if none was."""
        return str(self._read(member).get("begun", ""))

    def ended(self, member: Member) -> dict[str, Any] | None:
        """Return how a project's update has ended in a run that was stopped later; None if it has not."""
        found = self._read(member).get("ended")
        return found if isinstance(found, dict) else None

    def forget(self, members: Iterable[Member]) -> None:
        """Remove what is noted, since all is done."""
        for member in members:
            for suffix in (".json", ".lock"):
                self._path(member).with_suffix(suffix).unlink(missing_ok=True)
        with suppress(OSError):
            self.folder.rmdir()

    def _read(self, member: Member) -> dict[str, Any]:
        with suppress(OSError, ValueError):
            found = json.loads(self._path(member).read_text(encoding="utf-8"))
            return found if isinstance(found, dict) else {}
        return {}

    def _write(self, member: Member, noted: dict[str, Any]) -> None:
        # It is on the disk, as a whole, before anything that relies on it is done.
        step = FileStep(self._path(member).name, None, json.dumps(noted).encode())
        stage(self.folder, step)
        place(self.folder, step)

    def _path(self, member: Member) -> Path:
        return self.folder / f"{_digest(member.key)}.json"


def of(file: Path, to: str | None) -> FleetProgress:
    """Return the progress of the update of a list.

    Args:
        file: The list.
        to: The version that is wanted; None for the newest.
    """
    folder = paths.cache() / "fleet" / "runs" / _digest(f"{file.resolve()}\0{to or ''}")
    folder.mkdir(parents=True, exist_ok=True)
    return FleetProgress(folder)


def _digest(text: str) -> str:
    return sha256(text.encode(errors="surrogateescape")).hexdigest()[:12]
