"""Decides whether an edit added what a removal would take out, or whether it was there before.

Two sources know: the receipts of edits on this machine, and the git history, where the last version without a thing
shows what was there before it came. What one of them has seen before is kept.

Not here: the sources (`receipts.py`, `history.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from scaffolder.editing import history
from scaffolder.editing.operations import KeyPath
from scaffolder.editing.plan import Plan
from scaffolder.reading.config.document import dig
from scaffolder.reading.project import Worker
from scaffolder.system import receipts

Wants = Callable[[dict[str, Any]], bool]
"""Returns whether the data of a wrangler file needs a thing."""

Reader = Callable[[Path], bytes | None]
"""Returns the content of a file in an older state of the project."""


def any_of(*paths: KeyPath) -> Wants:
    """Return a function that tells whether a wrangler file has a value at one of some paths, in any environment."""
    return in_any(lambda table: any(dig(table, path) for path in paths))


def in_any(holds: Callable[[Any], bool]) -> Wants:
    """Return a function that tells whether something holds for the top level of a wrangler file or an environment."""

    def is_wanted(data: dict[str, Any]) -> bool:
        named = data.get("env")
        return any(map(holds, [data, *(named.values() if isinstance(named, dict) else ())]))

    return is_wanted


def note(worker: Worker, thing: str, plan: Plan, *, is_new: bool, wants: Wants) -> None:
    """Put into the plan whether an edit adds a thing or finds it.

    What it finds with something else that needs the thing may have come with that.
    """
    if is_new or not wants(worker.config.data):
        plan.origins[_key(worker, thing)] = is_new


def forget(worker: Worker, thing: str, plan: Plan) -> None:
    """Put into the plan that a thing is gone."""
    plan.origins[_key(worker, thing)] = None


def was_added(worker: Worker, thing: str, wants: Wants, was_there: Callable[[Reader], bool]) -> bool | None:
    """Return whether a thing came by an edit, or with what needs it; None if nothing is known.

    Args:
        worker: The worker.
        thing: The name of the thing, as `note` had it.
        wants: Whether a version of the wrangler file needs the thing.
        was_there: Whether an older state of the project has the thing.
    """
    receipt = receipt_of(worker, thing)
    earlier = history.state_before(worker, wants) if receipt is not False else None
    was_before = was_there(earlier) if earlier is not None else None
    if receipt is False or was_before:
        return False
    return True if receipt or was_before is False else None


def receipt_of(worker: Worker, thing: str) -> bool | None:
    """Return whether an edit on this machine added a thing, or found it; None if no edit did."""
    return receipts.read(worker.project).get(_key(worker, thing))


def _key(worker: Worker, thing: str) -> str:
    return f"{worker.folder.relative_to(worker.project).as_posix()}: {thing}"
