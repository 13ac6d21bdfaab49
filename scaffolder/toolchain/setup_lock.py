"""Allows only one setup at a time in a cache folder.

Not here: the setup itself (`installer.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from scaffolder.system import paths


@contextmanager
def exclusive_setup(report: Callable[[str, str], None]) -> Iterator[None]:
    """Hold the setup lock while the block runs; the system releases it if the process is killed.

    Args:
        report: Called once if another process holds the lock.
    """
    lock = FileLock(paths.cache() / "setup.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        report("setup", "waiting for the lock: another setup is running")
        lock.acquire()
    try:
        yield
    finally:
        lock.release()
