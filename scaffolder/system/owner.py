"""Names processes, so that a later run recognises what a killed one has left.

A process has a number, which is used again, a time of its start, and a machine: a folder may be shared with other
machines and containers, whose processes nobody can see from here.

It uses the standard library alone, since `bootstrap.py` needs it before any dependency is installed.

Not here: what is left (`scratch.py`, `staging.py`, `working_copy.py`).
"""

from __future__ import annotations

import hashlib
import os
import socket
from pathlib import Path

LENGTH = len("4194304.999999999999.01234567")
"""Bytes of the longest name."""

PATTERN = r"\d+\.\d+\.[0-9a-f]{8}"
"""Matches a name."""


def me() -> str:
    """Return the name of this process."""
    return f"{os.getpid()}.{_started(os.getpid())}.{_machine()}"


def is_gone(name: str) -> bool:
    """Return whether a process of this machine has certainly ended.

    Args:
        name: Its name, which was its result of `me`.
    """
    number, started, machine = name.split(".")
    if machine != _machine():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        pass
    return _started(int(number)) != started


def _started(process: int) -> str:
    """Return when a process was started, in ticks since the system was; 0 where the system does not show that."""
    try:
        # The name of the program is in parentheses, and may contain anything.
        return (
            Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace").rpartition(") ")[2].split()[19]
        )
    except (OSError, IndexError):
        return "0"


def _machine() -> str:
    """Return a digest of what the numbers of processes are unique in."""
    try:
        namespace = os.readlink("/proc/self/ns/pid")  # noqa: PTH115 - it is not the path of a file
    except OSError:
        namespace = ""
    return hashlib.sha256(f"{socket.gethostname()}\0{namespace}".encode()).hexdigest()[:8]
