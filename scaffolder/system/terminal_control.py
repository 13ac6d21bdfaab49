"""Gives the user's terminal to another program: for good, or until it ends.

Not here: programs that need no terminal (`process.py`).
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NoReturn


def exec_program(argv: Sequence[str], *, cwd: Path, env: Mapping[str, str]) -> NoReturn:
    """Replace this process by another program, which then owns the user's terminal.

    Args:
        argv: The program's full path and its arguments.
        cwd: The working directory.
        env: The complete environment.
    """
    os.chdir(cwd)
    sys.stdout.flush()
    os.execve(argv[0], list(argv), dict(env))  # noqa: S606 - an argument list, not a shell line


@contextmanager
def lent_to(group: int) -> Iterator[None]:
    """Let a process group of this session read from the terminal while the block runs, as a shell does with a command.

    Nothing is done where there is no terminal, or where this process is in its background.
    """
    terminal = _terminal()
    if terminal is None:
        yield
        return
    # A process in the background that gives the terminal back would be stopped for it.
    before = signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    try:
        _give(terminal, group)
        # It is stopped if it has read before its turn.
        with suppress(ProcessLookupError):
            os.killpg(group, signal.SIGCONT)
        yield
    finally:
        _give(terminal, os.getpgrp())
        signal.signal(signal.SIGTTOU, before)
        os.close(terminal)


def _terminal() -> int | None:
    """Open the controlling terminal, if there is one and this process is in its foreground."""
    if threading.current_thread() is not threading.main_thread():
        return None
    try:
        terminal = os.open("/dev/tty", os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return None
    if os.tcgetpgrp(terminal) == os.getpgrp():
        return terminal
    os.close(terminal)
    return None


def _give(terminal: int, group: int) -> None:
    # The group may have ended, and the terminal may be gone.
    with suppress(OSError):
        os.tcsetpgrp(terminal, group)
