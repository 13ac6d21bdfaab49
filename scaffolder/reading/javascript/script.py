"""The text of a JavaScript or TypeScript file: what of it is code, and how deep in brackets.

Not here: statements (`entry_module.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from scaffolder.reading.source import Source

NOT_CODE = re.compile(
    rb"//[^\n]*|/\*.*?\*/"
    rb"|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`"
    # A regular expression, which stands only where a value may begin.
    rb"|(?<=[(,=:\[!&|?{};+])[ \t]*/(?![/*])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n\[])+/",
    re.DOTALL,
)
QUOTES = (b'"', b"'", b"`")
OPENING, CLOSING = b"{([", b"})]"


class Script:
    """A file.

    Args:
        source: The file.
    """

    def __init__(self, source: Source) -> None:
        self.source = source

    @cached_property
    def code(self) -> bytes:
        """The text with spaces in place of comments, and of everything within quotes; offsets stay."""
        return NOT_CODE.sub(_blanked, self.source.even)

    @cached_property
    def is_balanced(self) -> bool:
        """Whether every bracket is closed; if not, nothing in the file is certain."""
        return self._depths[-1] == 0

    def text(self, start: int, end: int) -> str:
        """Return the text of a range, with what is within quotes."""
        return self.source.even[start:end].decode()

    def depth(self, at: int) -> int:
        """Return the number of brackets around an offset."""
        return self._depths[at]

    def closing(self, at: int) -> int:
        """Return the offset of the bracket that closes the one at an offset; the end of the file if none does."""
        level = self.depth(at)
        return next((end for end in range(at + 1, len(self.code)) if self.depth(end + 1) == level), len(self.code))

    def at_top(self, pattern: re.Pattern[bytes]) -> Iterator[re.Match[bytes]]:
        """Yield what matches a pattern at the top level."""
        return (found for found in pattern.finditer(self.code) if self.depth(found.start()) == 0)

    def parts(self, at: int) -> Iterator[tuple[int, int]]:
        """Yield the range of each part between commas in the brackets that open at an offset."""
        level, start, end = self.depth(at) + 1, at + 1, self.closing(at)
        for place in range(at + 1, end):
            if self.code[place : place + 1] == b"," and self.depth(place) == level:
                yield start, place
                start = place + 1
        if self.code[start:end].strip():
            yield start, end

    @cached_property
    def _depths(self) -> list[int]:
        depths = [0]
        for byte in self.code:
            depths.append(depths[-1] + (1 if byte in OPENING else -1 if byte in CLOSING else 0))
        return depths


def words(text: bytes, name: str) -> Iterator[tuple[int, int]]:
    """Yield each range of a text that is a name as a whole."""
    for found in re.finditer(rb"(?<![\w$])" + re.escape(name.encode()) + rb"(?![\w$])", text):
        yield found.span()


def _blanked(found: re.Match[bytes]) -> bytes:
    """Return spaces for a comment or a regular expression; for a text, its quotes with spaces in between."""
    text = re.sub(rb"[^\n]", b" ", found[0])
    return found[0][:1] + text[1:-1] + found[0][-1:] if found[0].startswith(QUOTES) else text
