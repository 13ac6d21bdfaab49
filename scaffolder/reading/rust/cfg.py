"""Evaluates a `cfg` for a Worker, whose target is wasm32-unknown-unknown or, rarely, wasm32-unknown-emscripten.

Not here: finding the attributes (`parser.py`).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

KNOWN: dict[str, bool | None] = {
    "test": False,
    "windows": False,
    "doc": False,
    "doctest": False,
    'target_arch="wasm32"': True,
    'target_family="wasm"': True,
    # A Worker that is built with `--emscripten` has that system, which belongs to Rust's family of Unixes.
    "unix": None,
    'target_family="unix"': None,
    'target_os="emscripten"': None,
    'target_os="unknown"': None,
    'target_pointer_width="32"': True,
}
"""The predicates that are known for a Worker; those about any other target do not hold."""

TOKEN = re.compile(r'\w+(?:\s*=\s*"[^"]*")?|[(),]')


def holds(condition: str) -> bool | None:
    """Return whether the predicate of a `cfg(...)` holds for a Worker; None if that depends on its build."""
    tokens = [re.sub(r"\s", "", token) for token in TOKEN.findall(condition)]
    return _predicate(tokens) if tokens else None


def _predicate(tokens: list[str]) -> bool | None:
    """Evaluate one predicate, and remove it from the front of the tokens."""
    word = tokens.pop(0)
    if not (tokens and tokens[0] == "(" and word in {"all", "any", "not"}):
        return _single(word)
    tokens.pop(0)
    inner: list[bool | None] = []
    while tokens and tokens[0] != ")":
        if tokens[0] == ",":
            tokens.pop(0)
            continue
        inner.append(_predicate(tokens))
    if tokens:
        tokens.pop(0)
    return _combined(word, inner)


def _single(word: str) -> bool | None:
    if word.startswith(("target_arch=", "target_family=", "target_os=")):
        return KNOWN.get(word, False)
    return KNOWN.get(word)


def _combined(word: str, inner: list[bool | None]) -> bool | None:
    if word == "not":
        return None if inner[:1] in ([None], []) else not inner[0]
    decisive = word == "any"
    if decisive in inner:
        return decisive
    return None if None in inner else not decisive


@dataclass(frozen=True)
class Under:
    """A range of bytes under a `cfg`: its predicate as written, and whether it holds for a Worker."""

    start: int
    end: int
    condition: str
    holds: bool | None


class Unders:
    """All conditions of a file, of which two never overlap in part.

    Args:
        listed: The conditions.
    """

    def __init__(self, listed: Iterable[Under]) -> None:
        self._listed = sorted(listed, key=lambda each: (each.start, -each.end))
        self._starts = [each.start for each in self._listed]
        self._outer: list[int] = []
        open_: list[int] = []
        for number, each in enumerate(self._listed):
            while open_ and self._listed[open_[-1]].end < each.end:
                open_.pop()
            self._outer.append(open_[-1] if open_ else -1)
            open_.append(number)

    def around(self, start: int, end: int) -> Iterator[Under]:
        """Yield the conditions around a range of bytes, from the inside out."""
        number = bisect_right(self._starts, start) - 1
        while number >= 0:
            if self._listed[number].end >= end:
                yield self._listed[number]
            number = self._outer[number]
