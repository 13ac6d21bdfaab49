"""Reads the scripts that may be a worker's tests, and the keys of object literals in them, without a parser.

Not here: what the keys mean to a library (`checks/rules/`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from scaffolder.reading.source import Source, relative
from scaffolder.system.untrusted_files import searchable

TOKEN = re.compile(
    r"""(?P<skipped>//[^\n]*|/\*(?:[\s\S]*?\*/|[\s\S]*)|`(?:\\[\s\S]|[^`\\])*`?)"""
    r"""|(?P<text>"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?)|(?P<open>[{(\[])|(?P<close>[})\]])|(?P<word>[\w$]+)|(?P<mark>[,:])"""
)
"""Whatever may hold or change the meaning of a bracket; everything unclosed ends with its line, or with the file."""


class Entry(NamedTuple):
    """A key of an object literal: its name, its place, and where its value begins."""

    name: str
    start: int
    end: int
    value: int


def code(text: str) -> str:
    """Return a text with spaces in place of its comments and strings; all offsets stay."""
    parts, end = [], 0
    for token in TOKEN.finditer(text):
        if token.lastgroup in {"skipped", "text"}:
            parts += [text[end : token.start()], " " * len(token[0])]
            end = token.end()
    return "".join([*parts, text[end:]])


def keys(text: str, at: int) -> Iterator[Entry]:
    """Yield the keys of the object literal that begins at an offset; none if no object does."""
    depth, before = 0, ""
    for token in TOKEN.finditer(text, _after_space(text, at)):
        kind, written = token.lastgroup or "", token[0]
        if depth == 0 and written != "{":
            return
        if kind == "skipped":
            continue
        if depth == 1 and before in {"{", ","} and kind in {"word", "text"}:
            following = _after_space(text, token.end())
            if text[following : following + 1] in {":", ",", "}", "("}:
                yield Entry(written.strip("\"'"), token.start(), token.end(), following + 1)
        depth += {"open": 1, "close": -1}.get(kind, 0)
        if depth == 0:
            return
        before = written


def elements(text: str, at: int) -> Iterator[int]:
    """Yield the offset of each object literal in the array literal that begins at an offset."""
    depth = 0
    for token in TOKEN.finditer(text, _after_space(text, at)):
        if depth == 0 and token[0] != "[":
            return
        if depth == 1 and token[0] == "{":
            yield token.start()
        depth += {"open": 1, "close": -1}.get(token.lastgroup or "", 0)
        if depth == 0:
            return


def _after_space(text: str, at: int) -> int:
    """Return the offset of the first letter from an offset that is neither white space nor in a comment."""
    found = re.compile(r"(?:\s|//[^\n]*|/\*[\s\S]*?\*/)*").match(text, at)
    return found.end() if found else at


TESTS = ("tests", "test", "spec", "e2e", ".")
SCRIPT = re.compile(r".*\.[cm]?[jt]s")
"""The folders and the names of scripts that may be tests."""


def test_scripts(project: Path, homes: Iterable[Path]) -> list[Source]:
    """Return the scripts beside a worker and in its folders of tests, as far as they are text."""
    folders = [home / place for home in dict.fromkeys(homes) for place in TESTS]
    paths = [path for folder in folders for path in sorted(folder.glob("*")) if SCRIPT.fullmatch(path.name)]
    return [Source(relative(project, path), searchable(path).encode(), project) for path in paths]
