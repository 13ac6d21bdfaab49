"""Compares paths of routes as matchit does, the crate in which axum and the `worker` crate keep them.

matchit gives up the names of parameters before it compares, so that `/:user` and `/:team` are one path.

Not here: finding the routes (`routing.py`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import zip_longest

PARAMETER, REST = "{}", "{*}"
"""Parts that stand for a parameter, and for all that is left of a path."""

COLONS = re.compile(r":[^/]+|\*.+")
BRACES = re.compile(r"\{(?!\{)[^}]+\}(?!\})")


def parts(path: str, *, braces: bool) -> list[str]:
    """Split a path into its letters and parameters, which lose their names.

    Args:
        path: The path.
        braces: Whether it has parameters such as `{id}` and `{*rest}`, not `:id` and `*rest`.
    """
    listed, end = [], 0
    for found in (BRACES if braces else COLONS).finditer(path):
        listed += [*path[end : found.start()], REST if "*" in found[0][:2] else PARAMETER]
        end = found.end()
    return [*listed, *path[end:]]


def conflict(one: Sequence[str], other: Sequence[str]) -> bool:
    """Return whether a router refuses the second of two paths: it is the same, or only one has a wildcard there."""
    pair = next(((a, b) for a, b in zip_longest(one, other) if a != b), None)
    return pair is None or set(pair) == {PARAMETER, REST}
