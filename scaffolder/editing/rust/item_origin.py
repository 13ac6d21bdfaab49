"""Removes an item of a crate's root, such as a handler, unless it was there before the edit that would have written it.

Not here: the text of the root (`items.py`), and what was there before (`origin.py`).
"""

from __future__ import annotations

from collections.abc import Sequence

from scaffolder.editing import origin
from scaffolder.editing.plan import Plan
from scaffolder.editing.rust import crate_root
from scaffolder.reading.project import Worker


def note(worker: Worker, name: str, plan: Plan, *, is_new: bool, wants: origin.Wants) -> None:
    """Put into the plan whether an edit adds a handler or finds it."""
    origin.note(worker, f"handler {name}", plan, is_new=is_new, wants=wants)


def remove(worker: Worker, name: str, texts: Sequence[str], plan: Plan, wants: origin.Wants) -> bool:
    """Plan the root without a handler.

    Args:
        worker: The worker.
        name: The name of the handler.
        texts: The item in each form in which an edit writes it.
        plan: The plan.
        wants: Whether a version of the wrangler file needs the handler.

    Returns:
        Whether it is removed: an edit added it, and it is unchanged.

    Raises:
        Unclear: There is no root, or it cannot be parsed.
    """

    def was_there(earlier: origin.Reader) -> bool:
        sources = worker.crate.sources
        content = earlier(worker.project / sources[0].file) if sources else None
        written = (content or b"").replace(b"\r\n", b"\n")
        return any(text.strip().encode() in written for text in texts)

    if origin.was_added(worker, f"handler {name}", wants, was_there) is False:
        return False
    origin.forget(worker, f"handler {name}", plan)
    return any(crate_root.remove_item(worker, text, plan) for text in texts)
