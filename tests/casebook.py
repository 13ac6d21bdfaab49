"""Read cases from Markdown documents, and write their outcomes into them.

A heading of the second level is a case. Below it, in this order:

- `Base: ` and the name of a project in `tests/cases/bases.md`, if the case starts from one;
- `Without: ` and the files of the base that the case does not have;
- `Committed: yes`, if the project is in a commit before the command;
- a fenced block for each file that the base does not have or has otherwise: language, path and marks (casetext.py);
- a `console` block: `$ ` and a command, then the text printed and the exit code;
- `diff` blocks, if the command changes files.

A case may have several commands; each starts from the same files. All other paragraphs are for the reader.

Not here: how bytes are shown as text (casetext.py), and what is done with a case (conftest.py and the tests).
"""

from __future__ import annotations

import fcntl
import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

from .casetext import CHOICES, NO_NEWLINE, Block, Files, to_bytes

CASES = Path(__file__).resolve().parent / "cases"
BASES = CASES / "bases.md"
PROMPT = "$ scaffold "
MARKS = {mark for marks in CHOICES for mark in marks} | {NO_NEWLINE}

Known = Mapping[str, Files]
"""Projects from which cases start, by name."""


@dataclass
class Step:
    """A command, the text that it prints, and the changes that it makes."""

    command: str
    printed: str
    changes: list[Block]
    lines: tuple[int, int]
    """The first line of the step in its document, and the one behind its last."""

    @property
    def words(self) -> list[str]:
        """Return the arguments of `scaffold`."""
        return shlex.split(self.command)


@dataclass
class Case:
    """A project, and what commands make of it."""

    document: Path
    title: str
    files: dict[str, bytes] = field(default_factory=dict)
    is_committed: bool = False
    steps: list[Step] = field(default_factory=list)

    @property
    def id(self) -> str:
        """Return the name of the case in reports: that of its document, and its title."""
        return f"{self.document.stem}-{self.title.replace(' ', '_')}"


@cache
def bases() -> Known:
    """Return the bases of the cases below `tests/cases`."""
    return read_bases(BASES)


def read_bases(document: Path) -> Known:
    """Return the projects of a document; each may start from one above it."""
    known: dict[str, Files] = {}
    for title, tokens in _sections(document):
        known[title] = _case(document, title, tokens, known).files
    return known


def read(document: Path, known: Known) -> list[Case]:
    """Return the cases of a document.

    Raises:
        ValueError: A part of the document cannot be understood.
    """
    return [_case(document, title, tokens, known) for title, tokens in _sections(document)]


def read_all(area: str) -> list[Case]:
    """Return the cases of all documents in a folder of `tests/cases`."""
    return [case for document in sorted((CASES / area).glob("*.md")) for case in read(document, bases())]


def record(case: Case, number: int, printed: str, changes: Sequence[Block]) -> Step:
    """Write the outcome of one of a case's steps into its document, and return the step as it is now."""
    with case.document.open("r+b") as file:
        # Tests that run side by side write into one document, and each moves the lines of the others.
        fcntl.flock(file, fcntl.LOCK_EX)
        text = file.read().decode()
        (tokens,) = [tokens for title, tokens in _sections_of(text, case.document) if title == case.title]
        step = _steps(tokens)[number]
        blocks = [Block("console", f"{PROMPT}{step.command}\n{printed}"), *changes]
        lines = text.splitlines(keepends=True)
        lines[slice(*step.lines)] = "\n".join(map(str, blocks))
        file.seek(0)
        file.truncate()
        file.write("".join(lines).encode())
    return Step(step.command, printed, list(changes), step.lines)


def _sections(document: Path) -> list[tuple[str, list[Token]]]:
    return _sections_of(document.read_bytes().decode(), document)


def _sections_of(text: str, document: Path) -> list[tuple[str, list[Token]]]:
    """Return the titles of the second level, and the paragraphs and blocks below each."""
    sections: list[tuple[str, list[Token]]] = []
    tokens = MarkdownIt("commonmark").disable("inline").parse(text)
    for before, token in pairwise(tokens):
        if before.type == "heading_open" and before.tag == "h2":
            sections.append((token.content, []))
        elif sections and token.type in {"fence", "inline"}:
            sections[-1][1].append(token)
    titles = [title for title, _ in sections]
    if "\r" in text or len(set(titles)) < len(titles):
        raise ValueError(f"{document}: there is a carriage return, or a title twice")
    return sections


def _case(document: Path, title: str, tokens: list[Token], known: Known) -> Case:
    case = Case(document, title)
    try:
        for base in _values(tokens, "Base"):
            case.files |= known[base]
        for path in _values(tokens, "Without"):
            del case.files[path]
        case.files |= [_file(token) for token in tokens if _language(token) not in {"", "console", "diff"}]
        case.is_committed = _values(tokens, "Committed") == ["yes"]
        case.steps += _steps(tokens)
    except KeyError as error:
        raise ValueError(f"{document}: {title}: there is no {error}") from error
    except ValueError as error:
        raise ValueError(f"{document}: {title}: {error}") from error
    return case


def _values(tokens: list[Token], name: str) -> list[str]:
    """Return what the line of a name lists."""
    paragraphs = "\n".join(token.content for token in tokens if token.type == "inline")
    found = re.search(rf"^{name}: (.+)$", paragraphs, re.MULTILINE)
    return [value.strip("`") for value in found[1].split(", ")] if found else []


def _language(token: Token) -> str:
    """Return the first word behind the opening fence of a block; a paragraph has none."""
    return f"{token.info} text".split()[0] if token.type == "fence" else ""


def _file(token: Token) -> tuple[str, bytes]:
    words = shlex.split(token.info)[1:]
    if not words or not MARKS.issuperset(words[1:]):
        raise ValueError(f"`{token.info}` is not a language, a path, and marks out of {', '.join(sorted(MARKS))}")
    return words[0], to_bytes(token.content, tuple(words[1:]))


def _steps(tokens: list[Token]) -> list[Step]:
    """Return each `console` block with the `diff` blocks that follow it at once."""
    steps: list[Step] = []
    before = ""
    for token in tokens:
        language = _language(token)
        if language == "console":
            steps.append(_step(token))
        elif language == "diff" and before in {"console", "diff"}:
            steps[-1].changes.append(Block(token.info, token.content))
            steps[-1].lines = (steps[-1].lines[0], _lines(token)[1])
        elif language == "diff" or (language and steps):
            raise ValueError(f"`{token.info}` is not where it belongs: files, then a command, then its changes at once")
        before = language
    return steps


def _step(token: Token) -> Step:
    line, _, printed = token.content.partition("\n")
    if not line.startswith(PROMPT):
        raise ValueError(f"`{line}` does not begin with `{PROMPT}`")
    return Step(line.removeprefix(PROMPT), printed, [], _lines(token))


def _lines(token: Token) -> tuple[int, int]:
    """Return the first line of a block, and the one behind its last."""
    first, end = token.map or [0, 0]
    return first, end
