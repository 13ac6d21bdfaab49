"""Returns the command that started this program, so that every printed command can be pasted.

Not here: the entry points (`scaffold.py` of a clone, `main.py` of a wheel).
"""

from __future__ import annotations

import shlex
import sys
from contextlib import suppress
from pathlib import Path


def program() -> str:
    """Return the command that runs this program again from the current directory."""
    front = Path(sys.argv[0])
    if front.is_absolute():
        # A folder that is gone has no path, and a file outside of it keeps its own.
        with suppress(OSError, ValueError):
            front = front.relative_to(Path.cwd())
    return _command(front)


def program_elsewhere() -> str:
    """Return the command that runs this program again from any other directory."""
    return _command(Path(sys.argv[0]).absolute())


def _command(front: Path) -> str:
    return f"python3 {shlex.quote(str(front))}" if front.name == "scaffold.py" else "scaffold"
