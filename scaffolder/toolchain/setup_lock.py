"""Sees to it that only one set-up at a time works in a cache.

Not here: what is done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from scaffolder.system import paths


@contextmanager
def one_at_a_time(report: Callable[[str, str], None]) -> Iterator[None]:
    """Hold the cache's set-up lock, which the system takes back however we end.

    Args:
        report: Told once when somebody else holds it.
    """
    lock = FileLock(paths.cache() / "setup.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        report("setup", "another set-up is at work; this one waits for it")
        lock.acquire()
    try:
        yield
    finally:
        lock.release()
