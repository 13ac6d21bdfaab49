"""Ends the process groups of a parent that died without doing so itself.

Run as a program of its own, with the parent's end of a pipe as standard input, and told how
many seconds a group has between the request to stop and the order. It reads
`+GROUP` when a group starts and `-GROUP` when it has ended; at the end of the input, which
comes with the parent's death however it died, it ends every group that is left.

Not here: how groups are started and ended in the ordinary way (`process.py`).
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

GRACE = 5.0
"""Seconds between the request to stop and the order."""


def main() -> None:
    """Remember the groups until the parent is gone, then end those that are left."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    groups: set[int] = set()
    for line in sys.stdin:
        group = int(line[1:])
        groups.add(group) if line[0] == "+" else groups.discard(group)
    for group in groups:
        end_group(group, grace=float(sys.argv[1]))


def end_group(group: int, *, grace: float) -> None:
    """Ask a process group to stop, and after some seconds of grace make it."""
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
    """Answer whether a group has a member that is not dead.

    A dead one that nobody has waited for still takes signals, and in a container nobody may ever
    wait for orphans; so where `/proc` tells the state of processes, it is asked.
    """
    if not send(group, 0):
        return False
    states = [state for member, state in _processes() if member == group]
    return not states or any(state not in {b"Z", b"X"} for state in states)


def _processes() -> Iterator[tuple[int, bytes]]:
    """Tell group and state of every process, or of none where there is no `/proc`."""
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_bytes().rpartition(b")")[2].split()
        except OSError:
            continue
        yield int(fields[2]), fields[0]


def send(group: int, number: int) -> bool:
    """Send a signal to a group (0 only asks); answer whether the group was there."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


if __name__ == "__main__":
    main()
