"""Puts git's markers around the keys that both sides changed, in a text that is merged otherwise.

Not here: the finding of such keys (`data_merge.py`).
"""

from __future__ import annotations

from collections.abc import Sequence

from scaffolder.editing import lines
from scaffolder.editing.operations import KeyPath, Unclear
from scaffolder.reading.config.document import Document
from scaffolder.updating.merge import line_merge
from scaffolder.updating.merge.data_merge import Clash

Lines = tuple[int, int]


def marked(document: Document, base: Document, theirs: Document, clashes: Sequence[Clash]) -> bytes:
    """Return the text of a file, with the three versions of what both sides changed between markers.

    Args:
        document: The file, which has the project's values there.
        base: The old template's.
        theirs: The new template's.
        clashes: What both sides changed.

    Raises:
        Unclear: A value is not written at any place of its own.
    """
    content = document.source.content
    newline = lines.newline(content).encode()
    for span, each in _grouped(document, clashes):
        old = dict.fromkeys(_span(base, clash.base) for clash in each if clash.base is not None)
        new = dict.fromkeys(_span(theirs, clash.theirs) for clash in each if clash.theirs is not None)
        parts = [_lines(page.source.content, spans) for page, spans in ((base, [*old]), (theirs, [*new]))]
        own = content[span[0] : span[1]].splitlines(keepends=True)
        text = b"".join(line_merge.marked(parts[0], parts[1], own, newline))
        content = content[: span[0]] + text + content[span[1] :]
    return content


def _grouped(document: Document, clashes: Sequence[Clash]) -> list[tuple[Lines, list[Clash]]]:
    """Return the ranges of lines to mark, each with its clashes; from the last one backwards."""
    found: list[tuple[Lines, list[Clash]]] = []
    for span, clash in sorted(((_span(document, each.path), each) for each in clashes), key=lambda each: each[0]):
        if found and span[0] < found[-1][0][1]:
            (begin, end), before = found.pop()
            found.append(((begin, max(end, span[1])), [*before, clash]))
        else:
            found.append((span, [clash]))
    return found[::-1]


def _span(document: Document, path: KeyPath) -> Lines:
    """Return the bytes of the whole lines that a value is written on, or of the nearest one around it."""
    content = document.source.content
    for length in range(len(path), 0, -1):
        location = document.locations.get(path[:length])
        if location is not None:
            begin = (location.header or location.key or location.value)[0]
            last = max(location.value[1], lines.end_of(content, begin))
            return lines.start_of(content, begin), lines.after(content, last)
    raise Unclear


def _lines(content: bytes, spans: Sequence[Lines]) -> list[bytes]:
    return [line for begin, end in spans for line in content[begin:end].splitlines()]
