"""The command that the user started this program with, so that every printed command can be pasted.

Not here: the entry points (`scaffold.py` of a clone, `main.py` of a wheel).
"""

from __future__ import annotations

import shlex
import sys
from pathlib import Path


def program() -> str:
    """Return the command that re-runs this program from the current directory."""
    script = Path(sys.argv[0])
    return f"python3 {shlex.quote(str(script))}" if script.name == "scaffold.py" else "scaffold"


def program_elsewhere() -> str:
    """Return the command that re-runs this program from any directory."""
    script = Path(sys.argv[0])
    return f"python3 {shlex.quote(str(script.absolute()))}" if script.name == "scaffold.py" else "scaffold"
