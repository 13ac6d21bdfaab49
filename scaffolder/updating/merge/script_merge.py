"""Merges a file of tests in JavaScript by its statements, as both sides append tests to it, and in any order.

Not here: other scripts, which are merged line by line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from scaffolder.editing import lines
from scaffolder.system.conflict_markers import JAVASCRIPT
from scaffolder.updating.merge import keyed_merge, line_merge
from scaffolder.updating.merge.keyed_merge import Unit
from scaffolder.updating.merge.outcome import Merged

TESTS = re.compile(r"(?:.*/)?tests?/.*\.(?:mjs|js|mts|ts)|.*\.test\.(?:mjs|js|mts|ts)")
"""The paths of files of tests."""

NAMES = (
    re.compile(rb"""import\b.*?(["'][^"'\n]*["']);?\s*$""", re.DOTALL),
    re.compile(rb"""((?:test|it|describe)(?:\.\w+)?\((?:"[^"\n]*"|'[^'\n]*'))"""),
    re.compile(rb"(?:export )?(?:async )?((?:const|let|var|function|class) [\w$]+)"),
    re.compile(rb"([\w$.]+) ?[(=]"),
)
"""What names a statement: the module that it imports from, a test's title, what it declares, what it calls or sets."""

OPENED, CLOSED = (re.compile(pattern) for pattern in (rb"[(\[{]", rb"[)\]}]"))


class _UnclearError(Exception):
    """The lines at the left edge do not begin or end statements."""


def is_tests(path: str) -> bool:
    """Return whether a path is that of a file of tests."""
    return TESTS.fullmatch(path) is not None


def merged(base: bytes, theirs: bytes, ours: bytes) -> Merged | None:
    """Merge three versions of a file of tests.

    Returns:
        The result, or None if the lines merge anyway, or its statements cannot be told apart.
    """
    if not line_merge.merged(base, theirs, ours).conflicts:
        return None
    texts = [line_merge.whole_lines(each).replace(b"\r\n", b"\n") for each in (base, theirs, ours)]
    try:
        (old, _), (new, _), (own, tail) = (_units(each) for each in texts)
    except _UnclearError:
        return None
    conflicts: list[str] = []

    def statement(before: Unit | None, after: Unit | None, here: Unit | None) -> bytes:
        parts = [unit.text if unit else b"" for unit in (before, after, here)]
        text = line_merge.merged(parts[0], parts[1], parts[2])
        if text.conflicts:
            one = here or after
            conflicts.append(f"`{one.key if one else ''}`")
        return text.content

    content = b"".join(unit.lead + unit.text for unit in keyed_merge.merged(old, new, own, statement)) + tail
    content = lines.with_newline(content, lines.newline(ours))
    return Merged(line_merge.with_ends(content, base, theirs, ours), tuple(conflicts))


def _units(text: bytes) -> tuple[list[Unit], bytes]:
    """Return the statements of a script, each with the comments right above it, and the empty lines at its end."""
    found: list[Unit] = []
    at = 0
    for begin, end in _statements(text):
        start = max(lines.above(text, begin), at)
        notes, lead = _between(text[at:start])
        key = keyed_merge.unique(_name(text[begin:end]), {each.key for each in found})
        found += [*notes, Unit(key, text[start:end], lead)]
        at = end
    notes, tail = _between(text[at:])
    return [*found, *notes], tail


def _name(statement: bytes) -> str:
    name = next((found[1] for pattern in NAMES if (found := pattern.match(statement))), None)
    if name is None:
        raise _UnclearError
    return name.decode(errors="replace")


def _between(text: bytes) -> tuple[list[Unit], bytes]:
    """Return the comments between two statements, and the empty lines that are left."""
    if JAVASCRIPT.sub(b"", text).strip():
        raise _UnclearError
    return keyed_merge.between(text)


def _statements(text: bytes) -> Iterator[tuple[int, int]]:
    """Yield the lines of each statement: from one at the left edge to the next one that is not its end.

    Raises:
        _UnclearError: One of them leaves a bracket open.
    """
    starts = [
        found.start()
        for found in re.finditer(rb"^(?=[^\s)\]}])", text, re.MULTILINE)
        if not lines.is_comment(text[found.start() : lines.end_of(text, found.start())])
    ]
    for begin, limit in pairwise([*starts, len(text)]):
        end = begin
        while end < limit and not _is_complete(text[begin:end]):
            end = lines.after(text, end)
        if end > limit or not _is_complete(text[begin:end]):
            raise _UnclearError
        yield begin, end


def _is_complete(text: bytes) -> bool:
    code = JAVASCRIPT.sub(b"", text)
    return bool(text) and len(OPENED.findall(code)) == len(CLOSED.findall(code))
