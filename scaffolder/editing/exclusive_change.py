"""Lets one run at a time read and change a project, after what an interrupted run has left is finished.

Not here: the lock and the journal (`project_lock.py`, `transaction.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from scaffolder.core.errors import BadInput
from scaffolder.reading.config import workspace
from scaffolder.system import transaction


@contextmanager
def exclusive_change(folder: Path, on_note: Callable[[str], None]) -> Iterator[None]:
    """Hold the lock of a worker's project, or of the workspace around it, while the block reads and changes it.

    Args:
        folder: The worker's folder.
        on_note: Called with a message if another run is waited for, or an interrupted one is finished.

    Raises:
        IOFailure: Another run does not end, or an interrupted one cannot be finished.
    """
    folder = folder.resolve()
    # A manifest that an update left in conflict does not parse, and its undoing has to lock the project all the same.
    try:
        root = next(workspace.around(folder), folder)
    except BadInput:
        root = folder
    with transaction.exclusive(root, on_note):
        if done := transaction.recover(folder):
            on_note(done)
        yield
