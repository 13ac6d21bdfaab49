"""Writes the files of a catalogue that others wrote to a new folder, within bounds and without leaving it.

Files are read and never run; a link is only written if it leads to something inside of the catalogue. What is not
allowed is refused with the file's name, and nothing of it stays.

Not here: getting the files (`git_archive.py`).
"""

from __future__ import annotations

import hashlib
import os
import stat
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scaffolder.core.errors import BadInput, Refusal, TrustRefused
from scaffolder.system import harmless_names

MOST = 20_000
"""Files of a catalogue."""

BYTES = 64 * 2**20
"""Bytes of all of them."""

LEADS_OUT = "it is a link that leads out of the catalogue, or back to where it is"

GENERATED = {"target", "node_modules", "__pycache__", ".venv", ".wrangler"}
"""Folders that a folder has beside its own files; git would ignore them."""


@dataclass(frozen=True)
class Entry:
    """A file or a link of a catalogue.

    Args:
        path: Its path in the catalogue, with slashes.
        content: The bytes of a file, or the target of a link.
        is_program: Whether it may be run.
        is_link: Whether it is a link.
    """

    path: str
    content: bytes
    is_program: bool = False
    is_link: bool = False


def from_archive(archive: Path, where: str) -> Iterator[Entry]:
    """Yield the files of an archive.

    Args:
        archive: A tar file that git made.
        where: The catalogue's address, for refusals.

    Raises:
        TrustRefused: A name is harmful, or a bound is exceeded.
    """
    # One member at a time, and none kept: a list of millions would fill the memory first.
    with tarfile.open(archive, "r|") as stream:
        for member in _checked(stream, where):
            # git writes the commit's hash into a header of its own, and an empty folder for a submodule.
            if member.issym():
                yield Entry(member.name, os.fsencode(member.linkname), is_link=True)
            elif member.isreg():
                content = stream.extractfile(member)
                yield Entry(member.name, content.read() if content else b"", bool(member.mode & 0o100))


def _checked(stream: tarfile.TarFile, where: str) -> Iterator[tarfile.TarInfo]:
    """Yield the members of an archive, each forgotten once it was used, while they are within the bounds."""
    size = count = 0
    for member in stream:
        stream.members = []  # type: ignore[attr-defined]  # it would keep every one
        size, count = size + max(member.size, 0), count + 1
        _refuse_bounds(count, size, where)
        yield member


def from_folder(folder: Path, where: str) -> Iterator[Entry]:
    """Yield the files of a folder, without what builds leave in it.

    Raises:
        TrustRefused: A name is harmful, a file is no regular one, or a bound is exceeded.
    """
    waiting, size, count = [folder], 0, 0
    while waiting:
        for each in sorted(os.scandir(waiting.pop()), key=lambda entry: entry.name):
            path = Path(each.path)
            name = path.relative_to(folder).as_posix()
            if each.name in GENERATED and each.is_dir(follow_symlinks=False):
                continue
            count += 1
            refuse_name(name, where)
            if each.is_symlink():
                yield Entry(name, os.fsencode(path.readlink()), is_link=True)
            elif each.is_dir(follow_symlinks=False):
                waiting.append(path)
            elif not each.is_file(follow_symlinks=False):
                raise harmful(name, "it is not a regular file", where)
            else:
                size += each.stat(follow_symlinks=False).st_size
                _refuse_bounds(count, size, where)
                yield Entry(name, path.read_bytes(), bool(each.stat().st_mode & stat.S_IXUSR))
            _refuse_bounds(count, size, where)


def _refuse_bounds(count: int, size: int, where: str) -> None:
    if count > MOST or size > BYTES:
        raise too_large(where)


def too_large(where: str) -> TrustRefused:
    """Return the refusal of a catalogue that exceeds a bound."""
    return TrustRefused(
        what="the catalogue is too large",
        where=where,
        why=f"it has more than {MOST} files or more than {BYTES // 2**20} MiB",
        fix="use a catalogue of templates alone",
    )


def write(entries: Iterator[Entry], folder: Path, where: str) -> str:
    """Write a catalogue's files to a new folder, the links last, and return a digest of them.

    Args:
        entries: The files.
        folder: The folder; its parent must be there.
        where: The catalogue's address, for refusals.

    Raises:
        TrustRefused: A name is harmful, it has submodules, or a link leads out of it.
        BadInput: Two of them have one name.
    """
    folder.mkdir()
    folder = folder.resolve()
    digests: list[tuple[str, bytes]] = []
    links: list[Entry] = []
    for entry in entries:
        refuse_name(entry.path, where)
        kind = b"l" if entry.is_link else b"x" if entry.is_program else b"f"
        digests.append((entry.path, kind + hashlib.sha256(entry.content).digest()))
        if entry.is_link:
            links.append(entry)
        else:
            _write_file(folder / entry.path, entry, where)
    for step in (_write_link, _refuse_end):
        for link in links:
            step(folder, link, where)
    whole = hashlib.sha256()
    for path, digest in sorted(digests):
        whole.update(path.encode(errors="surrogateescape") + b"\0" + digest)
    return whole.hexdigest()


def _write_file(path: Path, entry: Entry, where: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as stream:
            stream.write(entry.content)
    except (FileExistsError, NotADirectoryError) as error:
        raise _twice(entry.path, where) from error
    if entry.is_program:
        path.chmod(path.stat().st_mode | 0o100)


def _write_link(folder: Path, link: Entry, where: str) -> None:
    path, target = folder / link.path, os.fsdecode(link.content)
    # Not through another link: only its own end is looked at later.
    if path.parent.resolve() != path.parent or os.path.isabs(target):  # noqa: PTH117 - a text
        raise harmful(link.path, LEADS_OUT, where)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.symlink_to(target)
    except (FileExistsError, NotADirectoryError) as error:
        raise _twice(link.path, where) from error


def _refuse_end(folder: Path, link: Entry, where: str) -> None:
    """Refuse a link that ends outside, or in a folder that it is in; the others are all there by now."""
    try:
        end = (folder / link.path).resolve()
    except (OSError, RuntimeError) as error:
        raise harmful(link.path, "it is a link that leads to itself", where) from error
    if not end.is_relative_to(folder) or (folder / link.path).is_relative_to(end):
        raise harmful(link.path, LEADS_OUT, where)


def refuse_name(name: str, where: str) -> None:
    """Refuse a file that is harmful by its name alone.

    Raises:
        TrustRefused: It is, or it declares submodules.
    """
    if name == ".gitmodules":
        raise harmful(name, "a submodule is a repository of its own, which nobody has looked at", where)
    if why := harmless_names.why_harmful(name):
        raise harmful(name, why, where)


def harmful(name: str, why: str, where: str) -> Refusal:
    """Return the refusal of one file of a catalogue."""
    return TrustRefused(
        what=f"the catalogue has a harmful file: {name}", where=where, why=why, fix="use a catalogue without it"
    )


def _twice(name: str, where: str) -> BadInput:
    return BadInput(
        what=f"the catalogue has two files of one name: {name}",
        where=where,
        why="they cannot both be written here",
        fix="use a catalogue whose files have different names, also without regard to case",
    )
