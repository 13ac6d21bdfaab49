"""Show the bytes of files, and changes to them, as text that a Markdown document can hold.

Each content is shown with marks that say what the text leaves out, so that `to_bytes` gives back the same bytes.

Not here: the documents and their cases (casebook.py).
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import NamedTuple

Files = Mapping[str, bytes]
"""The contents of a project by path; an empty folder is a path that ends with a slash."""

Marks = tuple[str, ...]
"""What a text does not show: `crlf`, `bom`, `no-newline`; or `escaped`, for all other bytes."""

BOM = "\ufeff"
NO_NEWLINE = "no-newline"

# From the most readable to the one that can show anything.
CHOICES: list[Marks] = [(), ("crlf",), ("bom",), ("crlf", "bom"), ("escaped",)]

# Nobody sees these, or Markdown changes them, or they end a line for Python alone.
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]")


class Block(NamedTuple):
    """A fenced block: the words behind its opening fence, and its text."""

    info: str
    text: str

    def __str__(self) -> str:
        """Return the block as Markdown, with a fence longer than any within it."""
        longest = max((len(fence) for fence in re.findall("`+", self.text)), default=0)
        fence = "`" * max(3, longest + 1)
        return f"{fence}{self.info}\n{self.text}{fence}\n"


def marks_for(*contents: bytes) -> Marks:
    """Return the first marks with which each of some contents can be shown."""
    return next(marks for marks in CHOICES if all(_is_shown(content, marks) for content in contents))


def to_text(content: bytes, marks: Marks) -> str:
    """Return the text that shows a content under some marks.

    Raises:
        UnicodeDecodeError: Only `escaped` can show what is not UTF-8.
    """
    if "escaped" in marks:
        return "\n".join(line.decode("latin-1").encode("unicode_escape").decode() for line in content.split(b"\n"))
    text = content.decode().removeprefix(BOM if "bom" in marks else "")
    return text.replace("\r\n", "\n") if "crlf" in marks else text


def to_bytes(text: str, marks: Marks) -> bytes:
    """Return the content that a text shows under some marks."""
    if NO_NEWLINE in marks:
        text = text.removesuffix("\n")
    if "escaped" in marks:
        return b"\n".join(line.encode().decode("unicode_escape").encode("latin-1") for line in text.split("\n"))
    whole = f"{BOM if 'bom' in marks else ''}{text}"
    return (whole.replace("\n", "\r\n") if "crlf" in marks else whole).encode()


def file_block(language: str, path: str, content: bytes) -> Block:
    """Return the block that holds a file."""
    marks = marks_for(content)
    text = to_text(content, marks)
    if text and not text.endswith("\n"):
        text, marks = f"{text}\n", (*marks, NO_NEWLINE)
    return Block(" ".join((language, path, *marks)), text)


def changes(before: Files, after: Files) -> list[Block]:
    """Return the unified diff of two projects: one block, or more if their files cannot be shown in one way."""
    paths = sorted(path for path in {*before, *after} if before.get(path) != after.get(path))
    diffs = [_diff(path, before.get(path), after.get(path)) for path in paths]
    together = groupby(diffs, key=lambda block: block.info)
    return [Block(info, "".join(block.text for block in blocks)) for info, blocks in together]


def _is_shown(content: bytes, marks: Marks) -> bool:
    try:
        text = to_text(content, marks)
    except UnicodeDecodeError:
        return False
    return not UNSEEN.search(text) and to_bytes(text, marks) == content


def _diff(path: str, before: bytes | None, after: bytes | None) -> Block:
    marks = marks_for(*(content for content in (before, after) if content is not None))
    old, new = ([] if one is None else to_text(one, marks).splitlines(keepends=True) for one in (before, after))
    names = ("/dev/null" if one is None else path for one in (before, after))
    # difflib writes no names where no lines differ, but an empty file is new or gone as well.
    lines = list(difflib.unified_diff(old, new))[2:]
    return Block(" ".join(("diff", *marks)), "--- {}\n+++ {}\n".format(*names) + "".join(_shown(lines)))


def _shown(lines: list[str]) -> Iterator[str]:
    for line in lines:
        if line == " \n":
            # A space that nobody sees would not survive an editor; `patch` reads an empty line as well.
            yield "\n"
        else:
            yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
