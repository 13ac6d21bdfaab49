"""Reads the list of a fleet: one project a line, a folder or the address of a repository.

Empty lines and lines that begin with `#` count for nothing; a path is seen from the list's folder.

Not here: getting a repository (`clones.py`).
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from scaffolder.commands.new.address import ADDRESS
from scaffolder.core.errors import BadInput
from scaffolder.system import untrusted_files
from scaffolder.system.source_address import masked

LARGEST = 2**20


@dataclass(frozen=True)
class Member:
    """A project of a fleet.

    Args:
        name: The project as the list names it, without a password.
        line: Its line in the list.
        folder: Its folder; for a repository, where it is cloned to once that is done.
        source: The address of its repository; empty for a folder.
    """

    name: str
    line: int
    folder: Path
    source: str = ""


@dataclass(frozen=True)
class Shard:
    """A part of a fleet: each N-th project, from the I-th on.

    Args:
        number: The part, from 1.
        count: The number of parts.
    """

    number: int = 1
    count: int = 1

    def __str__(self) -> str:
        """Return it as the command line takes it."""
        return f"{self.number}/{self.count}"

    def of(self, members: list[Member]) -> list[Member]:
        """Return the projects of this part."""
        return members[self.number - 1 :: self.count]


def shard(text: str) -> Shard:
    """Return the part that `--shard` names.

    Raises:
        BadInput: It names none.
    """
    match = re.fullmatch(r"([1-9]\d{0,3})/([1-9]\d{0,3})", text)
    found = Shard(int(match[1]), int(match[2])) if match else None
    if found is None or found.number > found.count:
        raise BadInput(
            what=f"`{text}` is no part of a fleet",
            where=f"--shard {text}",
            why="it is I/N: the I-th of N parts, from 1/N to N/N",
            fix="--shard 1/4",
        )
    return found


def read(file: Path, place: Path) -> list[Member]:
    """Return the projects of a list, each once.

    Args:
        file: The list.
        place: The folder in which repositories are cloned.

    Raises:
        BadInput: The list cannot be read, or names no project.
    """
    try:
        text = untrusted_files.content(file, largest=LARGEST, takes_pipes=True).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(file, getattr(error, "strerror", None) or "it is not UTF-8") from error
    except BadInput as error:
        raise _unreadable(file, error.why) from error
    found: dict[str, Member] = {}
    for number, line in enumerate(text.splitlines(), 1):
        named = line.strip()
        if named and not named.startswith("#"):
            if not named.isprintable():
                raise _unreadable(file, f"line {number} has unprintable characters")
            member = _member(named, number, file, place)
            found.setdefault(member.source or str(member.folder), member)
    if not found:
        raise _unreadable(file, "it names no project")
    return list(found.values())


def _member(named: str, line: int, file: Path, place: Path) -> Member:
    # A password in an address is never shown, and never part of a path.
    shown = masked(named)
    here = file.parent / Path(named).expanduser() if named.startswith("~") else file.parent / named
    if ADDRESS.match(named) and not os.path.lexists(here):
        return Member(shown, line, place / _folder_name(shown), named)
    if (here / "HEAD").is_file() and (here / "objects").is_dir():
        return Member(shown, line, place / _folder_name(str(here.resolve())), str(here.resolve()))
    return Member(shown, line, here.resolve())


def _folder_name(address: str) -> str:
    """Return a legible folder name that no other address has."""
    word = re.sub(r"[^\w.-]+", "-", re.split(r"[/:]", address.rstrip("/"))[-1].removesuffix(".git")) or "repository"
    return f"{word[:60]}-{sha256(address.encode()).hexdigest()[:12]}"


def _unreadable(file: Path, why: str) -> BadInput:
    return BadInput(
        what="cannot read the list of a fleet",
        where=str(file),
        why=why,
        fix="write one project a line: a folder, or the address of a repository",
    )
