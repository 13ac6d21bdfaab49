"""Bounds the time, the memory and the files that a block may take, in which code of others is interpreted.

Not here: programs, which have limits of their own (`process.py`).
"""

from __future__ import annotations

import resource
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import NoReturn

from scaffolder.core.errors import TrustRefused

SECONDS = 30.0
"""Seconds for one look at a template, or for rendering it."""

MEMORY = 2**30
"""Bytes beyond those that the program has already."""

LARGEST = 64 * 2**20
"""Bytes of a file that is written."""


class Exceeded(BaseException):
    """A bound was exceeded; not an `Exception`, which the interpreted code or its interpreter might catch."""


@contextmanager
def bounded(where: str) -> Iterator[None]:
    """Bound a block; only the main thread can be stopped, so in another one it just runs.

    Args:
        where: The thing that others wrote, for the refusal.

    Raises:
        TrustRefused: It took too long, or too much memory.
    """
    try:
        with _limited():
            yield
    except (Exceeded, MemoryError, RecursionError) as error:
        why = f"it takes more than {MEMORY // 2**20} MiB of memory" if isinstance(error, MemoryError) else str(error)
        raise TrustRefused(
            what="the template takes too much", where=where, why=why, fix="use a template that is not made to exhaust"
        ) from None


@contextmanager
def _limited() -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread() or signal.getitimer(signal.ITIMER_REAL)[0]:
        yield
        return
    before = signal.signal(signal.SIGALRM, _stop)
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        with _limit(resource.RLIMIT_AS, _used() + MEMORY if _used() else 0), _limit(resource.RLIMIT_FSIZE, LARGEST):
            yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _stop(_number: int, _frame: FrameType | None) -> NoReturn:
    raise Exceeded(f"it takes longer than {SECONDS:.0f} seconds")


def _used() -> int:
    """Return the bytes of memory that the program has, or 0 where the system does not tell."""
    with suppress(OSError):
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    return 0


@contextmanager
def _limit(kind: int, most: int) -> Iterator[None]:
    """Lower a limit of this process during the block, unless it is lower already."""
    soft, hard = resource.getrlimit(kind)
    lower = most if soft == resource.RLIM_INFINITY else min(most, soft)
    if most:
        resource.setrlimit(kind, (lower, hard))
    try:
        yield
    finally:
        resource.setrlimit(kind, (soft, hard))
