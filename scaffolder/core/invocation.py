"""How the user calls us, so that every command that we print can be pasted.

Not here: the front doors (`scaffold.py` of a clone, `main.py` of a wheel).
"""

from __future__ import annotations

import shlex
import sys
from pathlib import Path


def program() -> str:
    """Answer the words that start us from the user's folder."""
    front = Path(sys.argv[0])
    return f"python3 {shlex.quote(str(front))}" if front.name == "scaffold.py" else "scaffold"


def program_elsewhere() -> str:
    """Answer the words that start us from any other folder."""
    front = Path(sys.argv[0])
    return f"python3 {shlex.quote(str(front.absolute()))}" if front.name == "scaffold.py" else "scaffold"
