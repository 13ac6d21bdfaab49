"""Does things side by side, and ends them all when one goes wrong or the user asks for it.

Not here: what is done.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from typing import TypeVar

Result = TypeVar("Result")

NEEDED = 2 * 2**30
"""Bytes of memory that one validation may take; the compiler takes most of it."""


class Stopped(Exception):
    """The end was asked for while something was being done."""


def side_by_side(stop: threading.Event, works: Sequence[Callable[[], Result]], at_once: int) -> list[Result]:
    """Do several things at once; answer their results in the order of the things.

    Args:
        stop: Set to end what still goes on; whoever works looks at it.
        works: What to do.
        at_once: How many at the same time.

    Raises:
        Exception: What went wrong first; everything else has ended by then.
    """
    with ThreadPoolExecutor(at_once) as pool:
        try:
            futures = [pool.submit(_begun, work, stop) for work in works]
            wait(futures, return_when=FIRST_EXCEPTION)
        finally:
            # After an ordinary end nothing goes on any more; after any other, everything must stop.
            stop.set()
    _raise_first(futures)
    return [future.result() for future in futures]


def room() -> int:
    """Answer how many builds this machine can do at once: one a core, within its memory."""
    return max(1, min(os.cpu_count() or 1, _memory() // NEEDED))


def _memory() -> int:
    """Answer the machine's bytes of memory, or those of one build where nothing tells them."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (ValueError, OSError, AttributeError):
        return NEEDED


def _begun(work: Callable[[], Result], stop: threading.Event) -> Result:
    if stop.is_set():
        raise Stopped
    return work()


def _raise_first(futures: Sequence[Future[Result]]) -> None:
    """Raise what went wrong rather than what was stopped because of it."""
    errors = [error for future in futures if (error := future.exception())]
    for error in sorted(errors, key=lambda each: isinstance(each, Stopped)):
        raise error
