"""Finds the markers that an unresolved merge leaves in a file: those of git, in both of its styles.

Not here: which files of a project are searched (`conflicted_files.py`).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scaffolder.core.errors import BadInput

MARKER = re.compile(rb"^(?:(?:<{7}|>{7}|\|{7})(?: [^\r\n]*)?|={7})(?=\r?$)", re.MULTILINE)
OPENS, BASE, DIVIDES, CLOSES = b"<", b"|", b"=", b">"

COMMENTED = rb"//[^\n]*|/\*.*?(?:\*/|\Z)"
QUOTED = rb'"(?:\\.|[^"\\])*"'
RUST = re.compile(
    COMMENTED + rb"""|(?P<text>r(?P<hashes>#*)".*?"(?P=hashes)|""" + QUOTED + rb""")|'(?:\\.|[^'\\])'""", re.DOTALL
)
JAVASCRIPT = re.compile(COMMENTED + b"|" + QUOTED + rb"""|'(?:\\.|[^'\\\n])*'|(?P<text>`(?:\\.|[^`\\])*`)""", re.DOTALL)
TOML = re.compile(
    rb"""#[^\n]*|(?P<text>"{3}(?:\\.|[^\\])*?"{3}|'{3}.*?'{3})|"(?:\\.|[^"\\\n])*"|'[^'\n]*'""", re.DOTALL
)
LITERALS = {".rs": RUST, ".toml": TOML, **dict.fromkeys((".js", ".mjs", ".cjs", ".ts", ".mts"), JAVASCRIPT)}
"""By the suffix of a file: what matches its comments and strings, and those strings that may have several lines."""


@dataclass(frozen=True)
class MergeConflict:
    """An unresolved conflict, or what is left of one.

    Args:
        start: Offset of its first marker.
        end: Offset after its last one.
        lines: The lines of its markers, from 1.
    """

    start: int
    end: int
    lines: tuple[int, ...]

    def __str__(self) -> str:
        """Return the lines as a phrase."""
        *first, last = map(str, self.lines)
        return f"lines {', '.join(first)} and {last}" if first else f"line {last}"


class Conflicted(BadInput):
    """A file has an unresolved merge conflict."""


def merge_conflicts(suffix: str, content: bytes) -> list[MergeConflict]:
    """Return the conflicts in a file, except those within a string of several lines.

    Args:
        suffix: The suffix of its name, which tells its language.
        content: Its bytes.
    """
    if b"<<<<<<<" not in content and b">>>>>>>" not in content:
        return []
    language = LITERALS.get(suffix)
    texts = [found.span("text") for found in language.finditer(content)] if language else []
    found = (_conflict(content, group) for group in _groups(content) if _is_meant(group))
    return [each for each in found if not any(start < each.start and each.end < end for start, end in texts)]


def refuse_conflicts(path: Path, content: bytes) -> None:
    """Refuse a file with an unresolved merge conflict.

    Raises:
        Conflicted: It has one; the error names the lines of the markers.
    """
    if found := merge_conflicts(path.suffix, content):
        lines = ", and ".join(str(each) for each in found)
        raise Conflicted(
            what=f"unresolved merge conflict in {path.name}",
            where=f"{Path(os.path.relpath(path)).as_posix()}:{found[0].lines[0]}",
            why=f"git left its conflict markers on {lines}",
            fix="keep one side or both, and delete the markers",
        )


def _groups(content: bytes) -> Iterator[list[re.Match[bytes]]]:
    """Yield the markers of each conflict; those that do not belong together are conflicts of their own."""
    group: list[re.Match[bytes]] = []
    for marker in MARKER.finditer(content):
        sign, last = marker[0][:1], group[-1][0][:1] if group else b""
        if sign == OPENS:
            yield group
            group = [marker]
        elif sign == CLOSES:
            yield [*group, marker]
            group = []
        elif last and last not in {DIVIDES, sign}:
            group.append(marker)
    yield group


def _is_meant(group: list[re.Match[bytes]]) -> bool:
    """Return whether markers are a conflict's: its beginning and its end, or one of them with a branch's name."""
    signs = {marker[0][:1] for marker in group}
    return {OPENS, DIVIDES, CLOSES} <= signs or any(
        b" " in marker[0].rstrip() for marker in group if marker[0][:1] in {OPENS, CLOSES}
    )


def _conflict(content: bytes, group: list[re.Match[bytes]]) -> MergeConflict:
    lines = tuple(content.count(b"\n", 0, marker.start()) + 1 for marker in group)
    return MergeConflict(group[0].start(), group[-1].end(), lines)
