"""Allows only one setup at a time in a cache folder, and turns its disk errors into refusals.

Not here: the setup itself (`installer.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from scaffolder.core.errors import IOFailure
from scaffolder.system import paths
from scaffolder.toolchain.job import RETRY


@contextmanager
def exclusive_setup(report: Callable[[str, str], None]) -> Iterator[None]:
    """Hold the setup lock while the block runs; the system releases it if the process is killed.

    Args:
        report: Called once if another process holds the lock.

    Raises:
        IOFailure: The tool folder cannot be written to.
    """
    lock = FileLock(paths.cache() / "setup.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        report("setup", "waiting for the lock: another setup is running")
        lock.acquire()
    try:
        yield
    except OSError as error:
        raise _unwritable(error) from error
    finally:
        lock.release()


def _unwritable(error: OSError) -> IOFailure:
    return IOFailure(
        what=f"cannot write to the tool folder: {error.strerror}",
        where=str(error.filename or paths.tools()),
        why="all tools are installed there",
        fix=f"free some space or fix the permissions, or set SCAFFOLD_CACHE to another folder; {RETRY}",
    )
