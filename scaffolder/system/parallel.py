"""Runs tasks concurrently and cancels the rest on the first failure or interrupt.

Not here: the tasks.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from typing import TypeVar

Result = TypeVar("Result")

MEMORY_PER_BUILD = 2 * 2**30
"""Memory of one validation in bytes; the compiler uses most of it."""


class Cancelled(Exception):
    """The task was cancelled while it was running."""


def run_all(stop: threading.Event, tasks: Sequence[Callable[[], Result]], max_workers: int) -> list[Result]:
    """Run tasks concurrently, and return their results in the order of the tasks.

    Args:
        stop: Set on failure or interrupt; a running task has to check it and raise.
        tasks: The tasks.
        max_workers: The largest number of tasks that run at the same time.

    Raises:
        Exception: The first failure; every other task has ended by then.
    """
    with ThreadPoolExecutor(max_workers) as pool:
        try:
            futures = [pool.submit(_start, task, stop) for task in tasks]
            wait(futures, return_when=FIRST_EXCEPTION)
        finally:
            # Leaving the `with` block waits for the threads, even after Ctrl-C: they have to be told to end.
            stop.set()
    _raise_first(futures)
    return [future.result() for future in futures]


def worker_count() -> int:
    """Return the number of builds to run at the same time: one per core, as far as memory allows."""
    return max(1, min(os.cpu_count() or 1, _memory() // MEMORY_PER_BUILD))


def _memory() -> int:
    """Return the machine's memory in bytes; if unknown, enough for one build."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (ValueError, OSError, AttributeError):
        return MEMORY_PER_BUILD


def _start(task: Callable[[], Result], stop: threading.Event) -> Result:
    if stop.is_set():
        raise Cancelled
    return task()


def _raise_first(futures: Sequence[Future[Result]]) -> None:
    """Raise a failure in preference to the cancellations that it caused."""
    errors = [error for future in futures if (error := future.exception())]
    for error in sorted(errors, key=lambda each: isinstance(each, Cancelled)):
        raise error
