"""The registry of kinds: `KINDS` of every module of `kinds/`, by name.

A kind is registered as soon as its row is written.

Not here: the base class of kinds (`kind.py`).
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from scaffolder.core.errors import BadInput
from scaffolder.core.suggestions import did_you_mean, near_names
from scaffolder.editing import kinds as package
from scaffolder.editing.kind import Kind


@cache
def kinds() -> dict[str, Kind]:
    """Return every kind, by name."""
    modules = [
        importlib.import_module(f"{package.__name__}.{each.name}") for each in pkgutil.iter_modules(package.__path__)
    ]
    found: dict[str, Kind] = {kind.name: kind for module in modules for kind in module.KINDS}
    return dict(sorted(found.items()))


def kind(name: str) -> Kind:
    """Return one kind.

    Raises:
        BadInput: There is no such kind.
    """
    if name not in kinds():
        raise BadInput(
            what=f"there is no kind `{name}`",
            where="KIND",
            why=f"the kinds are {', '.join(kinds())}",
            fix=did_you_mean(near_names(name, kinds(), limit=2, cutoff=0.5), "use one of these kinds"),
        )
    return kinds()[name]
