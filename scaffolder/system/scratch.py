"""Makes temporary folders whose names name their process, and removes those of killed runs.

It uses the standard library alone, since `bootstrap.py` needs it before any dependency is installed.

Not here: the copies of projects, which have lasting names (`working_copy.py`).
"""

from __future__ import annotations

import os
import re
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from scaffolder.system import owner

NAME = re.compile(rf"scaffold-(?P<owner>{owner.PATTERN})-\w+")


@contextmanager
def scratch(parent: Path | None = None) -> Iterator[Path]:
    """Make a temporary folder for as long as the block lasts; remove what killed runs left beside it.

    Args:
        parent: The folder to make it in; by default the system's one for temporary files.
    """
    place = parent or Path(tempfile.gettempdir())
    for left in leftovers(place):
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=f"scaffold-{owner.me()}-", dir=place) as name:
        yield Path(name)


def leftovers(place: Path) -> list[Path]:
    """Return the temporary folders of killed runs of this user."""
    found = []
    # A folder that is gone, or that nobody may list, has none.
    with suppress(OSError):
        for entry in os.scandir(place):
            match = NAME.fullmatch(entry.name)
            if match and _is_own(Path(entry.path)) and owner.is_gone(match["owner"]):
                found.append(Path(entry.path))
    return sorted(found)


def _is_own(folder: Path) -> bool:
    # Anybody may plant a folder, or a link, of any name in the system's folder for temporary files.
    with suppress(OSError):
        found = folder.lstat()
        return stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid()
    return False
