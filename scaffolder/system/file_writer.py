"""Writes the files of a project: each beside its place first, and then by a rename.

Every folder on the way is opened without following links, so that nothing that is put there meanwhile can lead a write
out of the project.

Not here: writing several files or none (`transaction.py`).
"""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

REPOSITORY = ".git"
"""The folder, or the file in a linked work tree, that nothing is written to: git runs programs that its files name."""


@dataclass(frozen=True)
class FileChange:
    """The change of one file.

    Args:
        path: The file.
        before: The content when it was read; None if there was no file.
        after: The new content; None to delete the file.
    """

    path: Path
    before: bytes | None
    after: bytes | None


@dataclass(frozen=True)
class FileStep:
    """A change whose place in the project has been checked.

    Args:
        file: The path relative to the project's real folder, with slashes.
        before: The content when it was read; None if there was no file.
        after: The new content; None to delete the file.
        new_folders: The folders that have to be made for it, the outermost first.
        temporary: The name under which its content is written beside it; nobody can guess it.
    """

    file: str
    before: bytes | None
    after: bytes | None
    new_folders: tuple[str, ...] = ()
    temporary: str = field(default_factory=lambda: f".{secrets.token_hex(12)}.part")


def is_allowed(file: str) -> bool:
    """Return whether a path relative to the project's folder stays in it, and out of its repository."""
    path = PurePosixPath(file)
    # Git takes `.GIT` for the same on a disk that ignores case.
    forbidden = {"..", REPOSITORY}
    return bool(path.parts) and not path.is_absolute() and not forbidden & {part.casefold() for part in path.parts}


def content(root: Path, file: str) -> bytes | None:
    """Return a file's content, or None if there is no file; a link is never followed.

    Raises:
        OSError: It cannot be read.
    """
    try:
        with _folder_of(root, file) as folder:
            # Without O_NONBLOCK a named pipe would wait for its writer.
            handle = os.open(_name(file), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
            # Not by `fdopen` alone, which leaves a folder open.
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                os.close(handle)
                return None
            with os.fdopen(handle, "rb") as stream:
                return stream.read()
    except FileNotFoundError:
        return None


def stage(root: Path, step: FileStep) -> None:
    """Write a step's new content beside its place, with the mode of the file that it will replace.

    Raises:
        OSError: It cannot be written.
    """
    if step.after is None:
        return
    with _folder_of(root, step.file, create=True) as folder:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
        handle = os.open(step.temporary, flags, 0o666, dir_fd=folder)
        with os.fdopen(handle, "wb") as stream:
            with suppress(FileNotFoundError):
                found = os.stat(_name(step.file), dir_fd=folder, follow_symlinks=False)
                os.fchmod(handle, stat.S_IMODE(found.st_mode))
            stream.write(step.after)
            stream.flush()
            os.fsync(handle)


def place(root: Path, step: FileStep) -> None:
    """Move a staged content to its place, or delete the file; no reader ever sees half of it.

    Raises:
        OSError: It cannot be renamed.
    """
    with _folder_of(root, step.file) as folder:
        if step.after is None:
            os.unlink(_name(step.file), dir_fd=folder)
        else:
            os.rename(step.temporary, _name(step.file), src_dir_fd=folder, dst_dir_fd=folder)
        # A rename is durable only when the folder's entries are on the disk.
        os.fsync(folder)
    if step.after is None:
        _remove_if_empty(root, str(PurePosixPath(step.file).parent))


def clear(root: Path, step: FileStep) -> None:
    """Delete what was staged and not placed, and the folders that were made for it, where they are empty."""
    with suppress(FileNotFoundError), _folder_of(root, step.file) as folder:
        os.unlink(step.temporary, dir_fd=folder)
    for made in reversed(step.new_folders):
        _remove_if_empty(root, made)


def _remove_if_empty(root: Path, folder: str) -> None:
    # `rmdir` fails for a folder that is not empty.
    if folder != ".":
        with suppress(OSError), _folder_of(root, folder) as around:
            os.rmdir(_name(folder), dir_fd=around)


@contextmanager
def _folder_of(root: Path, file: str, *, create: bool = False) -> Iterator[int]:
    """Open the folder of a file, from the project's folder inwards, without following a link."""
    handle = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for part in PurePosixPath(file).parts[:-1]:
            if create:
                with suppress(FileExistsError):
                    os.mkdir(part, dir_fd=handle)
            inner = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=handle)
            os.close(handle)
            handle = inner
        yield handle
    finally:
        os.close(handle)


def _name(file: str) -> str:
    return PurePosixPath(file).name
