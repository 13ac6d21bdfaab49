"""Does things side by side, and sees to it that only one set-up works in a cache.

Not here: what is done.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager

from filelock import FileLock, Timeout

from scaffolder import places
from scaffolder.toolchain.probes import Stopped


@contextmanager
def one_at_a_time(report: Callable[[str, str], None]) -> Iterator[None]:
    """Hold the cache's set-up lock, which the system takes back however we end.

    Args:
        report: Told once when somebody else holds it.
    """
    lock = FileLock(places.cache() / "setup.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        report("setup", "another set-up is at work; this one waits for it")
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def side_by_side(stop: threading.Event, chains: Sequence[Callable[[], None]]) -> None:
    """Run chains of work at once, and end all when one fails or the user asks for it.

    Args:
        stop: Set to end the programs of every chain.
        chains: What to run.
    """
    with ThreadPoolExecutor(len(chains)) as pool:
        futures = [pool.submit(chain) for chain in chains]
        try:
            wait(futures, return_when=FIRST_EXCEPTION)
        finally:
            # After an ordinary end nothing runs any more; after any other, everything must stop.
            stop.set()
    _raise_first(futures)


def _raise_first(futures: Sequence[Future[None]]) -> None:
    """Raise what went wrong rather than what was stopped because of it."""
    errors = [error for future in futures if (error := future.exception())]
    for error in sorted(errors, key=lambda each: isinstance(each, Stopped)):
        raise error
