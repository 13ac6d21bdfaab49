"""A file's bytes, with the line and column of each.

Not here: parsing (`config/`, `rust/`).
"""

from __future__ import annotations

import codecs
import os
import re
from bisect import bisect_right
from functools import cached_property
from pathlib import Path

from scaffolder.core.errors import BadInput
from scaffolder.core.findings import Span
from scaffolder.system import untrusted_files

BOM = b"\xef\xbb\xbf"


class Source:
    """One text file.

    Args:
        file: Its path relative to the project's folder, with slashes.
        content: Its bytes, unchanged.
        project: The project's folder.
    """

    def __init__(self, file: str, content: bytes, project: Path = Path()) -> None:
        self.file = file
        self.content = content
        self.project = project

    @classmethod
    def read(cls, project: Path, path: Path) -> Source:
        """Read a file.

        Raises:
            BadInput: It is not UTF-8, too large, or not a regular file.
        """
        source = cls(relative(project, path), untrusted_files.content(path), project)
        try:
            source.content.decode("utf-8")
        except UnicodeDecodeError as error:
            is_utf_16 = source.content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
            why = "it is UTF-16" if is_utf_16 else f"the byte 0x{source.content[error.start]:02x} is not valid here"
            raise BadInput(
                what=f"{path.name} is not UTF-8",
                where=_from_here(source, error.start),
                why=why,
                fix="save it as UTF-8, which Cargo and wrangler expect",
            ) from error
        return source

    @cached_property
    def text(self) -> str:
        """The text, without a byte order mark."""
        return self.content.decode("utf-8-sig")

    @cached_property
    def even(self) -> bytes:
        """The content with spaces in place of a BOM and of each CR of CRLF, which the grammars reject; offsets stay."""
        content = self.content
        if content.startswith(BOM):
            content = b" " * len(BOM) + content[len(BOM) :]
        return content.replace(b"\r\n", b" \n")

    def span(self, start: int, end: int) -> Span:
        """Return the place of a range of bytes."""
        line = bisect_right(self._lines, start)
        before = self.content[self._lines[line - 1] : start].decode("utf-8", errors="replace")
        return Span(self.file, line, len(before.removeprefix("\ufeff")) + 1, start, end)

    def line(self, number: int) -> str:
        """Return a line by its number from 1, or an empty text if there is no such line."""
        if not 1 <= number <= len(self._lines):
            return ""
        end = self._lines[number] if number < len(self._lines) else len(self.content)
        return self.content[self._lines[number - 1] : end].decode("utf-8", errors="replace")

    def offset(self, line: int, column: int) -> int:
        """Return the offset of a line and column, both from 1."""
        text = self.line(line)[: column - 1]
        return self._lines[min(line, len(self._lines)) - 1] + len(text.encode())

    @cached_property
    def _lines(self) -> list[int]:
        return [0, *(found.end() for found in re.finditer(b"\n", self.content))]


def refuse(source: Source, at: int, why: str) -> BadInput:
    """Return the refusal of a file that does not parse.

    Args:
        source: The file.
        at: The offset of the error.
        why: The error.
    """
    return BadInput(
        what=f"{source.file.rpartition('/')[2]} does not parse",
        where=_from_here(source, at),
        why=why,
        fix="correct the syntax at this place",
    )


def _from_here(source: Source, at: int) -> str:
    """Return a place with its file relative to the current directory."""
    span = source.span(at, at)
    return f"{Path(os.path.relpath(source.project / source.file)).as_posix()}:{span.line}:{span.column}"


def relative(project: Path, path: Path) -> str:
    """Return the path of a file as findings give it: relative to the project's folder, if it is in it."""
    if path.is_relative_to(project):
        return path.relative_to(project).as_posix()
    return path.as_posix()
