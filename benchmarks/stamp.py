"""Records the date, the commit and the machine of a measurement.

Not here: measuring (`measures.py`, `corpus/measuring.py`).
"""

from __future__ import annotations

import datetime as dt
import os
import platform
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def stamp() -> dict[str, str]:
    """Return the date, the commit and the machine of a measurement that starts now."""
    return {"date": dt.datetime.now(tz=dt.UTC).date().isoformat(), "commit": commit(ROOT), "machine": machine()}


def commit(repository: Path) -> str:
    """Return the short name of a repository's commit, with `-dirty` if a tracked file differs from it."""
    # Without `--exclude`, a tag would stand in place of the commit.
    command = ["git", "describe", "--always", "--dirty", "--exclude=*"]
    return subprocess.run(command, cwd=repository, check=True, capture_output=True, text=True).stdout.strip()


def machine() -> str:
    """Return the number of cores, the system and the architecture of this machine."""
    return f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}"


def sentence(stamped: dict[str, str], command: str) -> str:
    """Return the sentence that opens a measured table, without its full stop.

    Args:
        stamped: What `stamp` returned.
        command: The command that measures again.
    """
    return f"Measured by `{command}` on {stamped['date']} at commit `{stamped['commit']}` ({stamped['machine']})"
