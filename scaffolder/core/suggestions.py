"""Suggests the name that was probably meant by a misspelt one: the `did you mean X or Y?` of refusals and findings.

Not here: which names there are, which only the caller knows.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

COMMON = 0.6
"""How alike two names must be, from 0 to 1, where the caller has no reason for another measure."""


def near_names(word: str, known: Iterable[str], *, limit: int = 1, cutoff: float = COMMON) -> list[str]:
    """Return the names most like `word`, the most alike first.

    Args:
        word: The name that was given.
        known: The names that exist.
        limit: How many are returned at most.
        cutoff: How alike a name must be, from 0 to 1. A short list of long names bears a low one; where a wrong
            suggestion would do harm, take a high one.
    """
    return difflib.get_close_matches(word, list(known), n=limit, cutoff=cutoff)


def did_you_mean(near: Sequence[str], otherwise: str = "") -> str:
    """Return the question that offers names, or `otherwise` where there are none to offer."""
    return f"did you mean {' or '.join(near)}?" if near else otherwise
