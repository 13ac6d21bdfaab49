"""Holds lock files, so that runs wait for each other; the system releases the lock of a run that is killed.

Not here: which files are locked, and the lock of the Python environment (`bootstrap.py`), which this module's library
is not installed in yet.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from scaffolder.system.parallel import Cancelled

LOOK = 0.2
"""Seconds between two looks at whether the user asked for the end."""


class Held(Exception):
    """Another run, or another thread of this one, holds the lock for too long."""


@contextmanager
def held(
    path: Path,
    *,
    on_wait: Callable[[], None] = lambda: None,
    limit: float = math.inf,
    stop: threading.Event | None = None,
    may_repeat: bool = False,
) -> Iterator[None]:
    """Hold a lock while the block runs.

    Args:
        path: The lock file, which stays: who waits for it has it open.
        on_wait: Called once if another one holds it.
        limit: Seconds to wait for that one.
        stop: Once set, waiting ends.
        may_repeat: Whether the thread that holds the lock may enter again.

    Raises:
        Held: The other one did not end within the limit.
        Cancelled: `stop` was set.
        OSError: The file cannot be made.
    """
    # Unless a thread may repeat, two threads of ours keep each other out as two processes do.
    lock = FileLock(path, is_singleton=may_repeat, thread_local=may_repeat)
    if not _acquire(lock, 0):
        on_wait()
        _wait(lock, time.monotonic() + limit, stop)
    try:
        yield
    finally:
        lock.release()


def _wait(lock: FileLock, deadline: float, stop: threading.Event | None) -> None:
    while not _acquire(lock, LOOK):
        if stop is not None and stop.is_set():
            raise Cancelled
        if time.monotonic() >= deadline:
            raise Held(lock.lock_file)


def _acquire(lock: FileLock, seconds: float) -> bool:
    try:
        lock.acquire(timeout=seconds)
    except Timeout:
        return False
    return True
