"""The entries of a list that the user chooses from, and how much of them a screen can show.

Not here: keys and drawing (`list_prompt.py`), and the list of a terminal without a cursor (`plain_prompts.py`).
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

LEAST = 3
"""The entries that are shown however small the screen is."""


@dataclass(frozen=True)
class Entry:
    """An entry of a list.

    Args:
        value: What it stands for.
        label: A word or two.
        sentence: What it is, in one sentence.
        group: The heading above it; empty for none.
        details: Paragraphs that are shown while it is highlighted.
    """

    value: str
    label: str
    sentence: str
    group: str = ""
    details: tuple[str, ...] = ()

    def matches(self, typed: str) -> bool:
        """Return whether the user may mean this entry by a text."""
        text = " ".join((self.label, self.sentence, self.group, *self.details))
        return typed.lower() in text.lower()


@dataclass(frozen=True)
class View:
    """What a screen shows of a list.

    Args:
        lines: Numbers of entries, and headings, from top to bottom.
        above: The number of entries above them.
        below: The number of entries below them.
        details: The lines about the highlighted entry.
    """

    lines: tuple[int | str, ...]
    above: int
    below: int
    details: tuple[str, ...]


def view(entries: Sequence[Entry], highlighted: int, *, rows: int, columns: int) -> View:
    """Return what fits on a screen: the details of the highlighted entry, and the entries around it.

    Args:
        entries: The entries, those of one group side by side.
        highlighted: The number of the entry that is always shown.
        rows: The height of the screen that is free for the list and the details.
        columns: The width.
    """
    # The longest details decide, so that the list does not jump while the user moves through it.
    longest = max((len(wrapped_details(entry, columns)) for entry in entries), default=0)
    room = max(rows - longest - 1 if longest else rows, min(rows, LEAST + 2))
    lines = _with_headings(entries)
    details = wrapped_details(entries[highlighted], columns)[: max(rows - min(room, len(lines)) - 1, 0)]
    if len(lines) <= room:
        return View(tuple(lines), 0, 0, tuple(details))
    # Two rows say how many entries there are above and below.
    room = max(room - 2, LEAST)
    place = lines.index(highlighted)
    start = min(max(place - room // 2, 0), len(lines) - room)
    shown = lines[start : start + room]
    return View(tuple(shown), _entries_in(lines[:start]), _entries_in(lines[start + room :]), tuple(details))


def wrapped_details(entry: Entry, columns: int) -> list[str]:
    """Return the details of an entry as lines of a screen."""
    width = max(columns - 1, 10)
    return [line for text in entry.details for line in textwrap.wrap(text, width, break_on_hyphens=False)]


def cut(text: str, width: int) -> str:
    """Shorten a text at its end."""
    return text if len(text) <= width else f"{text[: max(width - 3, 0)].rstrip(' .,')}..."[: max(width, 0)]


def _with_headings(entries: Sequence[Entry]) -> list[int | str]:
    lines: list[int | str] = []
    for number, entry in enumerate(entries):
        if entry.group and (number == 0 or entries[number - 1].group != entry.group):
            lines.append(entry.group)
        lines.append(number)
    return lines


def _entries_in(lines: Sequence[int | str]) -> int:
    return sum(isinstance(line, int) for line in lines)
