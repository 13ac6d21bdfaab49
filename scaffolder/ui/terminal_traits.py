"""The abilities of the user's terminal: its size, and whether it can move the cursor and show more than ASCII.

Not here: colours, which the libraries that draw decide on (`console.py`, `prompt_style.py`).
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from contextlib import suppress

COERCED = {"C.UTF-8", "C.utf8", "UTF-8"}
"""What Python itself puts into LC_CTYPE at its start, where the user's locale is C."""


def is_dumb() -> bool:
    """Return whether the terminal shows lines and nothing else."""
    return os.environ.get("TERM", "").lower() in {"dumb", "unknown"}


def is_unicode() -> bool:
    """Return whether the user's locale has more than ASCII; without a locale, terminals of today do."""
    chosen = os.environ.get("LC_CTYPE", "")
    order = (os.environ.get("LC_ALL"), "" if chosen in COERCED else chosen, os.environ.get("LANG"), chosen)
    locale = next(filter(None, order), "UTF-8")
    return re.search("utf-?8", locale, re.IGNORECASE) is not None


def columns() -> int:
    """Return the width of the terminal."""
    return _size().columns


def rows() -> int:
    """Return the height of the terminal."""
    return _size().lines


def pointer() -> str:
    """Return the character that points to an entry of a list."""
    return "\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK}" if is_unicode() else ">"


def _size() -> os.terminal_size:
    # Questions are asked on standard error; standard output may be a file.
    with suppress(OSError, ValueError):
        return os.get_terminal_size(sys.stderr.fileno())
    return shutil.get_terminal_size()
