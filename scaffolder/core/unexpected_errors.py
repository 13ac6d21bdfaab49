"""Words what nobody expected: trouble of the system, and faults of our own.

Not here: stops that are expected (`errors.py`).
"""

from __future__ import annotations

import os
import traceback
from pathlib import Path

from scaffolder.core.errors import InternalError, IOFailure


def io_failure(error: OSError) -> IOFailure:
    """Word what the system did not let us do."""
    return IOFailure(
        what="something could not be read or written",
        where=str(error.filename or "this machine"),
        why=error.strerror or str(error),
        fix="mend that, and run the same command again",
    )


def internal_error(error: Exception) -> InternalError:
    """Word a fault of our own; SCAFFOLD_TRACEBACK shows where it came from."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    if "SCAFFOLD_TRACEBACK" in os.environ:
        traceback.print_exception(error)
    return InternalError(
        what="the scaffolder itself went wrong",
        where=f"{Path(last.filename).name}:{last.lineno}",
        why=f"{type(error).__name__}: {error}",
        fix="tell the catalogue's owner, with the output of SCAFFOLD_TRACEBACK=1",
    )
