"""Ends the process groups of a parent that died without doing so itself.

Run as a program of its own, with the parent's end of a pipe as standard input. It reads
`+GROUP` when a group starts and `-GROUP` when it has ended; at the end of the input, which
comes with the parent's death however it died, it ends every group that is left.

Not here: how groups are started and ended in the ordinary way (`process.py`).
"""

from __future__ import annotations

import os
import signal
import sys
import time

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
        end_group(group)


def end_group(group: int) -> None:
    """Ask a process group to stop, and after `GRACE` seconds make it."""
    deadline = time.monotonic() + GRACE
    if not send(group, signal.SIGTERM):
        return
    while time.monotonic() < deadline:
        if not send(group, 0):
            return
        time.sleep(0.02)
    send(group, signal.SIGKILL)


def send(group: int, number: int) -> bool:
    """Send a signal to a group (0 only asks); answer whether the group was there."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


if __name__ == "__main__":
    main()
