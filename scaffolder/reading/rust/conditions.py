"""The ranges of a Rust file that are under a `cfg`, and which of them are around a place.

Not here: finding them (`parser.py`), and whether a `cfg` holds (`cfg.py`).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass


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
