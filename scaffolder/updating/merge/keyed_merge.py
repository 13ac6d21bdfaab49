"""Merges three sequences of named parts, such as the tables of a file or the items of a module.

The project's order stays. A part that only the new template has goes behind the one that it follows there, and behind
what the project put there itself.

Not here: how a text is taken apart (`toml_units.py`, `rust_merge.py`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Hashable, Sequence
from dataclasses import dataclass, replace
from itertools import chain, count

from scaffolder.editing import lines

BLANK = re.compile(rb"(?:[ \t]*\r?\n)*")


@dataclass(frozen=True)
class Unit:
    """A named part of a text.

    Args:
        key: Its name, which no other part has.
        text: Its text, with the comments above it, that ends in a line break.
        lead: The empty lines above it.
    """

    key: Hashable
    text: bytes
    lead: bytes = b""


Combine = Callable[[Unit | None, Unit | None, Unit | None], bytes | None]
"""Returns the text of a part that both sides changed, given its three versions; None if it is gone."""


def merged(base: Sequence[Unit], theirs: Sequence[Unit], ours: Sequence[Unit], combine: Combine) -> list[Unit]:
    """Merge three sequences of parts.

    Args:
        base: The old template's.
        theirs: The new template's.
        ours: The project's.
        combine: Merges a part that both sides changed.
    """
    old, new, own = ({unit.key: unit for unit in each} for each in (base, theirs, ours))
    found: list[Unit] = []
    left = b""
    for unit in ours:
        text = _merged(old.get(unit.key), new.get(unit.key), unit, combine)
        # The empty lines above a part that goes are those above the next one of its group.
        lead = unit.lead or left
        if text is not None:
            found.append(Unit(unit.key, text, lead))
        left = lead if text is None else b""
    before: Hashable = None
    group: list[Unit] = []
    for number, unit in enumerate(theirs):
        group = [*group, unit] if group and not unit.lead else [unit]
        if unit.key in own:
            before = unit.key
            continue
        text = _merged(old.get(unit.key), unit, None, combine)
        if text is not None:
            at = _place(found, before, new.keys())
            found.insert(at, Unit(unit.key, text, _lead(found[at - 1] if at else None, group, new.keys())))
            before = unit.key
            if at == 0 and found[1:] and not found[1].lead and theirs[number + 1 :]:
                # What was the first part had no empty lines above it.
                found[1] = replace(found[1], lead=theirs[number + 1].lead)
    return found


def _merged(base: Unit | None, theirs: Unit | None, ours: Unit | None, combine: Combine) -> bytes | None:
    """Return the text of a part, or None if it is gone."""
    old, new, own = (_plain(each) for each in (base, theirs, ours))
    if new in {old, own}:
        return ours.text if ours else None
    if old == own:
        return theirs.text if theirs else None
    return combine(base, theirs, ours)


def _plain(unit: Unit | None) -> bytes | None:
    return unit.text.replace(b"\r\n", b"\n") if unit else None


def _lead(above: Unit | None, group: Sequence[Unit], known: Collection[Hashable]) -> bytes:
    """Return the empty lines above the last part of a group, of which the parts above may be gone in the project."""
    is_within = above is not None and (above.key not in known or above.key in {unit.key for unit in group[:-1]})
    return group[-1].lead if above is None or is_within else group[0].lead


def _place(found: Sequence[Unit], before: Hashable, known: Collection[Hashable]) -> int:
    """Return where a new part goes: behind another one, and behind what only the project has there."""
    at = next((number + 1 for number, unit in enumerate(found) if unit.key == before), 0)
    while at < len(found) and found[at].key not in known:
        at += 1
    return at


def unique(key: Hashable, taken: Collection[Hashable]) -> Hashable:
    """Return a key that is not taken: the given one, or that with a number."""
    return next(each for each in chain([key], ((key, number) for number in count(2))) if each not in taken)


def between(text: bytes) -> tuple[list[Unit], bytes]:
    """Return the comments in what is between two pieces, and the empty lines that are left."""
    found: list[Unit] = []
    while True:
        blank = BLANK.match(text)
        lead = blank[0] if blank else b""
        text = text[len(lead) :]
        if not text:
            return found, lead
        end = 0
        while end < len(text) and text[end : lines.end_of(text, end)].strip():
            end = lines.after(text, end)
        found.append(Unit(("comment", text[:end].replace(b"\r", b"")), text[:end], lead))
        text = text[end:]
