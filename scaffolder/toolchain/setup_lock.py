"""Allows only one setup at a time in a cache folder, and turns its disk errors into refusals.

Not here: the setup itself (`installer.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from scaffolder.core.errors import IOFailure
from scaffolder.system import file_lock, paths
from scaffolder.toolchain.job import RETRY


@contextmanager
def exclusive_setup(report: Callable[[str, str], None]) -> Iterator[None]:
    """Hold the setup lock while the block runs; the system releases it if the process is killed.

    Args:
        report: Called once if another process holds the lock.

    Raises:
        IOFailure: The tool folder cannot be written to.
    """
    note = partial(report, "setup", "waiting for the lock: another setup is running")
    try:
        with file_lock.held(paths.cache() / "setup.lock", on_wait=note):
            yield
    except OSError as error:
        raise _unwritable(error) from error


def _unwritable(error: OSError) -> IOFailure:
    return IOFailure(
        what=f"cannot write to the tool folder: {error.strerror}",
        where=str(error.filename or paths.tools()),
        why="all tools are installed there",
        fix=f"free some space or fix the permissions, or set SCAFFOLD_CACHE to another folder; {RETRY}",
    )
