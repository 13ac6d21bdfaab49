"""Merges texts line by line, as `git merge-file --diff3` does, and keeps the line ends of the project's own lines.

A line that both sides have is the project's, byte for byte. What the template brings gets the line ends that most of
the project's lines have. A byte order mark and a missing last line break are merged like a line.

Not here: texts with a structure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from scaffolder.editing import lines
from scaffolder.reading.source import BOM

OURS, BASE, THEIRS = b"<<<<<<< your project", b"||||||| old template", b">>>>>>> new template"
"""The markers of a conflict, with the names of its three parts."""

DIVIDER = b"======="

MANY = 5000
"""Lines of a text in which the most frequent ones begin no run of common lines."""

ByteLines = Sequence[bytes]
Region = tuple[int, int]


@dataclass(frozen=True)
class Chunk:
    """A part of three texts that is merged on its own.

    Args:
        base: Its lines in the old template, without line ends.
        theirs: Its lines in the new template.
        ours: Its lines in the project.
        place: The range of the project's lines.
    """

    base: ByteLines
    theirs: ByteLines
    ours: ByteLines
    place: Region

    @property
    def takes_ours(self) -> bool:
        """Whether the project's lines are the result."""
        return self.theirs in (self.base, self.ours)

    @property
    def is_conflict(self) -> bool:
        """Whether both sides changed it, differently."""
        return not self.takes_ours and self.ours != self.base


Join = Callable[[Chunk], ByteLines | None]


@dataclass(frozen=True)
class Text:
    """A merged text.

    Args:
        content: Its bytes.
        conflicts: The ranges of lines, from 1, that markers enclose; with `prefers_ours`, of the project's lines.
    """

    content: bytes
    conflicts: tuple[Region, ...] = ()


def merged(
    base: bytes, theirs: bytes, ours: bytes, *, prefers_ours: bool = False, joined: Join = lambda _: None
) -> Text:
    """Merge three versions of a text.

    Args:
        base: The old template's.
        theirs: The new template's.
        ours: The project's.
        prefers_ours: Whether a conflict gets the project's lines instead of markers.
        joined: Returns the lines to put behind the project's where both sides may add some; None at other places.
    """
    newline = lines.newline(ours or theirs).encode()
    raw = _raw_lines(ours)
    found: list[bytes] = []
    conflicts: list[Region] = []
    for chunk in chunks(base, theirs, ours):
        own = raw[slice(*chunk.place)]
        more = joined(chunk) if chunk.is_conflict else None
        if more is not None:
            written = [*_whole(own, newline), *(line + newline for line in more)]
        elif chunk.takes_ours or (chunk.is_conflict and prefers_ours):
            written = own
        elif chunk.is_conflict:
            written = marked(chunk.base, chunk.theirs, own, newline)
        else:
            written = [line + newline for line in chunk.theirs]
        if chunk.is_conflict and more is None:
            conflicts.append((len(found) + 1, len(found) + len(written)))
        found += written
    text = _joined(found, newline)
    return Text(with_ends(text, base, theirs, ours), tuple(conflicts))


def marked(base: ByteLines, theirs: ByteLines, ours: ByteLines, newline: bytes) -> list[bytes]:
    """Return the lines of a conflict, between markers.

    Args:
        base: The old template's lines, without line ends.
        theirs: The new template's.
        ours: The project's, with their line ends.
        newline: The line end of all others.
    """
    old, new = ([line + newline for line in each] for each in (base, theirs))
    own = _whole(ours, newline)
    marks = [mark + newline for mark in (OURS, BASE, DIVIDER, THEIRS)]
    return [marks[0], *own, marks[1], *old, marks[2], *new, marks[3]]


def chunks(base: bytes, theirs: bytes, ours: bytes) -> Iterator[Chunk]:
    """Yield the parts of three texts: those that all three share, and those in between."""
    old, new, own = (_keys(each) for each in (base, theirs, ours))
    at = (0, 0, 0)
    for begin, length in [*_shared(old, new, own), ((len(old), len(new), len(own)), 0)]:
        if begin != at:
            yield Chunk(old[at[0] : begin[0]], new[at[1] : begin[1]], own[at[2] : begin[2]], (at[2], begin[2]))
        at = (begin[0] + length, begin[1] + length, begin[2] + length)
        if length:
            same = own[begin[2] : at[2]]
            yield Chunk(same, same, same, (begin[2], at[2]))


def _shared(old: ByteLines, new: ByteLines, own: ByteLines) -> Iterator[tuple[tuple[int, int, int], int]]:
    """Yield where runs of lines that all three texts have begin in each, and how long they are."""
    first, second = _matches(old, new), _matches(old, own)
    one, other = next(first, None), next(second, None)
    while one is not None and other is not None:
        begin, end = max(one[0], other[0]), min(one[0] + one[2], other[0] + other[2])
        if begin < end:
            yield (begin, one[1] + begin - one[0], other[1] + begin - other[0]), end - begin
        if one[0] + one[2] < other[0] + other[2]:
            one = next(first, None)
        else:
            other = next(second, None)


def _matches(old: ByteLines, new: ByteLines) -> Iterator[tuple[int, int, int]]:
    """Yield the runs of lines that two texts share: where each begins in both, and its length."""
    end_old = end_new = length = 0
    for begin_old, begin_new, size in [*_runs(old, new), (len(old), len(new), 0)]:
        # Lines that were added or removed may be taken to begin later where the lines repeat, as at the end of a block.
        later = 0
        while later < size and end_old + later < len(old) and end_new + later < len(new):
            is_added, is_removed = end_old == begin_old, end_new == begin_new
            gap = new[end_new + later] if is_added else old[end_old + later]
            if not (is_added or is_removed) or gap != old[begin_old + later]:
                break
            later += 1
        if length + later:
            yield end_old - length, end_new - length, length + later
        end_old, end_new, length = begin_old + size, begin_new + size, size - later


def _runs(old: ByteLines, new: ByteLines) -> Iterator[tuple[int, int, int]]:
    limit = min(len(old), len(new))
    head = next((number for number in range(limit) if old[number] != new[number]), limit)
    rest = limit - head
    tail = next((number for number in range(rest) if old[-1 - number] != new[-1 - number]), rest)
    if head:
        yield 0, 0, head
    parts = old[head : len(old) - tail], new[head : len(new) - tail]
    # Lines that repeat thousands of times would each be compared with every other one.
    inner = SequenceMatcher(None, *parts, autojunk=max(map(len, parts)) > MANY)
    for match in inner.get_matching_blocks():
        if match.size:
            yield match.a + head, match.b + head, match.size
    if tail:
        yield len(old) - tail, len(new) - tail, tail


def _keys(text: bytes) -> list[bytes]:
    return [line.removesuffix(b"\n").removesuffix(b"\r") for line in _raw_lines(text)]


def _raw_lines(text: bytes) -> list[bytes]:
    parts = text.removeprefix(BOM).split(b"\n")
    whole = [part + b"\n" for part in parts[:-1]]
    return [*whole, parts[-1]] if parts[-1] else whole


def _joined(found: ByteLines, newline: bytes) -> bytes:
    return b"".join(_whole(found, newline))


def _whole(found: ByteLines, newline: bytes) -> list[bytes]:
    return [line if line.endswith(b"\n") else line + newline for line in found]


def whole_lines(text: bytes) -> bytes:
    """Return a text without a byte order mark, and with a line break at its end unless it is empty."""
    return _joined(_raw_lines(text), lines.newline(text).encode())


def with_ends(text: bytes, base: bytes, theirs: bytes, ours: bytes) -> bytes:
    """Return a text with or without a byte order mark and a last line break, as its three versions ask for."""
    if not _either(*(each.endswith(b"\n") or not each.strip() for each in (base, theirs, ours))):
        text = text.removesuffix(b"\n").removesuffix(b"\r")
    has_mark = _either(*(each.startswith(BOM) for each in (base, theirs, ours)))
    return BOM + text if has_mark else text


def _either(base: bool, theirs: bool, ours: bool) -> bool:  # noqa: FBT001
    return theirs if ours == base else ours
