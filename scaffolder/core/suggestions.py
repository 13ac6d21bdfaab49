"""Suggests corrections of misspelt names: the `did you mean X or Y?` of refusals and findings.

Not here: the known names, which the caller supplies.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

COMMON = 0.6
"""The default of the similarity that a suggestion needs, from 0 to 1."""


def near_names(word: str, known: Iterable[str], *, limit: int = 1, cutoff: float = COMMON) -> list[str]:
    """Return the names most similar to `word`, the best match first.

    Args:
        word: The misspelt name.
        known: The known names.
        limit: The largest number of names to return.
        cutoff: The smallest similarity, from 0 to 1. A low one suits a short list of long names; a high one is for
            places where a wrong suggestion does harm.
    """
    return difflib.get_close_matches(word, list(known), n=limit, cutoff=cutoff)


def did_you_mean(near: Sequence[str], otherwise: str = "") -> str:
    """Return the question that suggests names, or `otherwise` if there are none."""
    return f"did you mean {' or '.join(near)}?" if near else otherwise
