"""Ends the process groups that a parent left behind, even if the parent was killed with SIGKILL.

It runs as a separate program with the grace period in seconds as its argument. Its standard input
is a pipe whose other end only the parent holds: a line `+GROUP` for each group that starts,
`-GROUP` for each that has ended. The kernel closes the pipe when the parent dies, however it died;
at that end of file every remaining group is ended.

Not here: starting groups, and ending them while the parent lives (`process.py`).
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

GRACE = 5.0
"""The grace period: seconds between SIGTERM and SIGKILL."""


def main() -> None:
    """Track the groups until the parent is gone, then end the remaining ones."""
    # A closed terminal or a shutdown signals every process of the session: this one must outlive the others.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    groups: set[int] = set()
    for line in sys.stdin:
        group = int(line[1:])
        groups.add(group) if line[0] == "+" else groups.discard(group)
    for group in groups:
        end_group(group, grace=float(sys.argv[1]))


def end_group(group: int, *, grace: float) -> None:
    """Send SIGTERM to a process group, and SIGKILL after the grace period in seconds."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        deadline = time.monotonic() + grace
        if not send(group, number):
            return
        while is_running(group):
            if time.monotonic() > deadline:
                break
            time.sleep(0.02)
        else:
            return


def is_running(group: int) -> bool:
    """Return whether a group has a member that is not a zombie.

    Zombies still accept signals, and in a container without an init process nothing may ever wait
    for orphans; so the states in `/proc` are read where it exists.
    """
    if not send(group, 0):
        return False
    states = [state for member, state in _processes() if member == group]
    return not states or any(state not in {b"Z", b"X"} for state in states)


def _processes() -> Iterator[tuple[int, bytes]]:
    """Yield the process group and the state of every process; nothing without `/proc`."""
    # Not a glob of `stat`, which fails if a process ends while it looks.
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_bytes().rpartition(b")")[2].split()
        except OSError:
            continue
        # After the name in parentheses, which may contain spaces: state, parent, process group.
        yield int(fields[2]), fields[0]


def send(group: int, number: int) -> bool:
    """Send a signal to a group (0 only tests for it), and return whether the group exists."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


if __name__ == "__main__":
    main()
