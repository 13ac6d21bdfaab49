"""The catalogue from which this run takes its templates, if it is not the bundled one.

Not here: getting it (`opening.py`), and the consent to run its commands (`consent.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from scaffolder.core.foreign import Foreign


@dataclass
class _State:
    foreign: Foreign | None = None
    may_run: bool = False


_STATE = _State()


@contextmanager
def taken_from(foreign: Foreign | None) -> Iterator[None]:
    """Take the templates from another catalogue during the block; None leaves the one that is used now."""
    if foreign is None:
        yield
        return
    before = (_STATE.foreign, _STATE.may_run)
    _STATE.foreign, _STATE.may_run = foreign, False
    try:
        yield
    finally:
        _STATE.foreign, _STATE.may_run = before


def foreign() -> Foreign | None:
    """Return the catalogue of this run, or None for the bundled one."""
    return _STATE.foreign


def allow_to_run() -> None:
    """Let the catalogue of this run load its extensions and run its tasks: the user has agreed."""
    _STATE.may_run = True


def may_run() -> bool:
    """Return whether the user has agreed to that."""
    return _STATE.may_run
