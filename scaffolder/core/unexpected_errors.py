"""Turns unexpected exceptions into refusals: operating system errors, and bugs of the scaffolder.

Not here: expected errors (`errors.py`).
"""

from __future__ import annotations

import os
import traceback
from pathlib import Path

from scaffolder.core.errors import InternalError, IOFailure


def io_failure(error: OSError) -> IOFailure:
    """Return the refusal for an operating system error."""
    return IOFailure(
        what="cannot read or write",
        where=str(error.filename or "this machine"),
        why=error.strerror or str(error),
        fix="fix the cause, and run the same command again",
    )


def internal_error(error: Exception) -> InternalError:
    """Return the refusal for a bug; with SCAFFOLD_TRACEBACK set, print the traceback, too."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    if "SCAFFOLD_TRACEBACK" in os.environ:
        traceback.print_exception(error)
    return InternalError(
        what="bug in the scaffolder",
        where=f"{Path(last.filename).name}:{last.lineno}",
        why=f"{type(error).__name__}: {error}",
        fix="report it to the catalogue's maintainers, with the output of SCAFFOLD_TRACEBACK=1",
    )
