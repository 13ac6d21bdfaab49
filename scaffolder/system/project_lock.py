"""Lets only one run at a time change a project; the system releases the lock of a run that is killed.

Not here: the changes (`transaction.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from scaffolder.core.errors import IOFailure
from scaffolder.system import file_lock, journal

LIMIT = 60.0
"""Seconds to wait for another run; an edit takes less than one."""


@contextmanager
def exclusive(project: Path, on_wait: Callable[[str], None] = lambda _: None) -> Iterator[None]:
    """Hold a project's lock while the block runs; the same process may enter again.

    What was read before the block has to be read again in it.

    Args:
        project: The project's folder.
        on_wait: Called with a message if another run holds the lock.

    Raises:
        IOFailure: Another run holds it for too long.
    """
    # Projects that share a lock wait for each other, so that the locks of deleted projects do not add up.
    note = partial(on_wait, "waiting for another run that is changing this project")
    path = journal.home() / f"{journal.key(project.resolve())[:2]}.lock"
    with ExitStack() as locks:
        # The block's own errors are none of the lock's.
        try:
            locks.enter_context(file_lock.held(path, on_wait=note, limit=LIMIT, may_repeat=True))
        except file_lock.Held:
            why = f"another run is changing this project, and has not ended for {LIMIT:.0f} seconds"
            raise _failure(project, why, "end it, and run the same command again") from None
        except OSError as error:
            why = error.strerror or str(error)
            raise _failure(path, why, "set SCAFFOLD_CACHE to a folder of yours") from error
        yield


def _failure(where: Path, why: str, fix: str) -> IOFailure:
    return IOFailure(what="cannot change the project", where=str(where), why=why, fix=fix)
