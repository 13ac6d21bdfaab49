"""Plans changes of the root of a worker's crate: its modules and its items.

Not here: where in the text they go (`mod_declarations.py`, `items.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Container
from pathlib import Path

from scaffolder.editing.operations import Unclear
from scaffolder.editing.plan import Plan
from scaffolder.editing.rust import items, mod_declarations
from scaffolder.reading.project import Worker
from scaffolder.reading.source import Source


def module_path(worker: Worker, name: str) -> Path:
    """Return the file of a module that the crate's root declares.

    Raises:
        Unclear: The crate has no root.
    """
    return (worker.project / _root(worker).file).with_name(f"{name}.rs")


def declares_module(worker: Worker, name: str, plan: Plan) -> bool:
    """Return whether the root has a plain `mod NAME;`, as `declare_module` writes it.

    Raises:
        Unclear: The crate has no root.
    """
    return mod_declarations.has_plain(_planned(worker, plan), name)


def declare_module(worker: Worker, name: str, plan: Plan) -> None:
    """Plan `mod NAME;`, unless the root has it.

    Raises:
        Unclear: The root has a shape that cannot be edited safely.
    """
    _change(worker, plan, lambda source: mod_declarations.added(source, name))


def undeclare_module(worker: Worker, name: str, plan: Plan) -> None:
    """Plan the root without `mod NAME;`.

    Raises:
        Unclear: The root cannot be parsed.
    """
    _change(worker, plan, lambda source: mod_declarations.removed(source, name))


def names(worker: Worker, types: Container[str], plan: Plan) -> set[str]:
    """Return the names of the root's own items of some types, and the names that it imports.

    Raises:
        Unclear: There is no root.
    """
    return items.names(_planned(worker, plan), types)


def add_item(worker: Worker, text: str, plan: Plan) -> None:
    """Plan one more item in the root.

    Raises:
        Unclear: There is no root, or it cannot be parsed.
    """
    _change(worker, plan, lambda source: items.added(source, text))


def remove_item(worker: Worker, text: str, plan: Plan) -> bool:
    """Plan the root without an item.

    Returns:
        Whether the item was there as `add_item` wrote it.

    Raises:
        Unclear: There is no root, or it cannot be parsed.
    """
    return _change(worker, plan, lambda source: items.removed(source, text))


def _change(worker: Worker, plan: Plan, make: Callable[[Source], bytes]) -> bool:
    """Plan new bytes of the root as the plan has it so far, and return whether they differ."""
    planned = _planned(worker, plan)
    after = make(planned)
    plan.change(worker.project / planned.file, planned.content, after)
    return after != planned.content


def _planned(worker: Worker, plan: Plan) -> Source:
    """Return the root as the plan has it so far."""
    root = _root(worker)
    return Source(root.file, plan.current(worker.project / root.file, root.content))


def _root(worker: Worker) -> Source:
    if not worker.crate.sources:
        raise Unclear("src/lib.rs")
    return worker.crate.sources[0]
