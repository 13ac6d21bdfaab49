"""Handles Ctrl-C and termination signals: when they interrupt, and when they are deferred.

Not here: reporting an interrupt (`main.py`), and ending programs (`process.py`).
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

NUMBERS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def raise_on_ctrl_c() -> None:
    """Make Ctrl-C raise KeyboardInterrupt again, after `scaffold.py` chose the silent default."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@contextmanager
def deferred() -> Iterator[None]:
    """Defer signals until the block is left; in other threads Python runs no handlers anyway.

    Handlers instead of `pthread_sigmask`: a child would inherit the mask, and ignore Ctrl-C for good.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    pending: list[int] = []
    before = {number: signal.signal(number, lambda number, _: pending.append(number)) for number in NUMBERS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if pending:
        signal.raise_signal(pending[0])
