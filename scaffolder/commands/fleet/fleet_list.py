"""Reads the list of a fleet: one project a line, a folder or the address of a repository.

A project in a subfolder of a repository stands behind two slashes: `https://host/repository.git//workers/shop`.

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
from scaffolder.system import harmless_names, untrusted_files
from scaffolder.system.source_address import masked

LARGEST = 2**20


@dataclass(frozen=True)
class Member:
    """A project of a fleet.

    Args:
        name: The project as the list names it, without a password.
        line: Its line in the list.
        folder: Its folder; for a repository, where it is in the clone once that is made.
        source: The address of its repository; empty for a folder.
        within: Its folder in the repository, with slashes; empty for the root.
    """

    name: str
    line: int
    folder: Path
    source: str = ""
    within: str = ""

    @property
    def clone(self) -> Path:
        """The folder that its repository is cloned to."""
        return self.folder.parents[self.within.count("/")] if self.within else self.folder

    @property
    def key(self) -> str:
        """A text that no other project has."""
        return f"{self.source}//{self.within}" if self.source else str(self.folder)


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
            found.setdefault(member.key, member)
    if not found:
        raise _unreadable(file, "it names no project")
    return list(found.values())


def _member(named: str, line: int, file: Path, place: Path) -> Member:
    # A password in an address is never shown, and never part of a path.
    shown = masked(named)
    here = _from(file, named)
    address, within = _split(named)
    if ADDRESS.match(named) and not os.path.lexists(here):
        return Member(shown, line, place / _folder_name(shown) / within, address, within)
    bare = _from(file, address)
    if (bare / "HEAD").is_file() and (bare / "objects").is_dir():
        name = _folder_name(f"{bare.resolve()}//{within}" if within else str(bare.resolve()))
        return Member(shown, line, place / name / within, str(bare.resolve()), within)
    return Member(shown, line, here.resolve())


def _from(file: Path, named: str) -> Path:
    # The list is UTF-8, also where the locale reads the names of files in another way.
    name = os.fsdecode(named.encode())
    return file.parent / (Path(name).expanduser() if name.startswith("~") else name)


def _split(named: str) -> tuple[str, str]:
    """Split an address from the folder in its repository, which is empty for the root, and never leads out of it."""
    address, _, within = re.fullmatch(r"((?:[a-z][a-z0-9+.-]*://)?.*?)(//(.*))?", named).groups()  # type: ignore[union-attr]
    parts = [part for part in (within or "").split("/") if part not in {"", "."}]
    is_inside = not any(harmless_names.why_harmful(part) for part in parts)
    return (address, "/".join(parts)) if is_inside else (named, "")


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
