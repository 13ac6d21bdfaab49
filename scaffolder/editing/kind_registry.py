"""The book of kinds: every class of `kinds/`, by its word.

A kind is in it as soon as its class is written.

Not here: what a kind is (`kind.py`).
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache

from scaffolder.core.errors import BadInput
from scaffolder.core.suggestions import did_you_mean, near_names
from scaffolder.editing import kinds as shelf
from scaffolder.editing.kind import Kind


@cache
def kinds() -> dict[str, Kind]:
    """Answer every kind, by its word."""
    for module in pkgutil.walk_packages(shelf.__path__, f"{shelf.__name__}."):
        importlib.import_module(module.name)
    found = {kind.word: kind() for kind in _all(Kind) if hasattr(kind, "word")}
    return dict(sorted(found.items()))


def kind(word: str) -> Kind:
    """Answer one kind.

    Raises:
        BadInput: There is no such kind.
    """
    if word not in kinds():
        raise BadInput(
            what=f"there is no kind `{word}`",
            where="KIND",
            why=f"the kinds are {', '.join(kinds())}",
            fix=did_you_mean(near_names(word, kinds(), limit=2, cutoff=0.5), "give one of them"),
        )
    return kinds()[word]


def _all(kind: type[Kind]) -> Iterator[type[Kind]]:
    for each in kind.__subclasses__():
        yield each
        yield from _all(each)
