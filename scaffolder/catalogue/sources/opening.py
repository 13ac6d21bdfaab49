"""Opens a catalogue: from a repository, a bundle or a folder to its files in the cache, by its full hash.

What is opened is a copy, so that nobody can change it between the user's consent and its use. A copy of a commit stays
in the cache, where the same hash is found again without a network.

Not here: the names that a user gives to catalogues (`registered.py`), and what is in one (`shape.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from scaffolder.catalogue.sources import git_archive, unpacking
from scaffolder.core.errors import BadInput, IOFailure
from scaffolder.system import bounds, paths, source_address
from scaffolder.system.scratch import scratch
from scaffolder.system.source_address import Address


@dataclass(frozen=True)
class Files:
    """The files of a catalogue.

    Args:
        address: Where it is from.
        ref: The tag or branch that was taken, by its full name; empty for none.
        hash: The full hash.
        folder: The files.
    """

    address: Address
    ref: str
    hash: str
    folder: Path

    @property
    def version(self) -> str:
        """The name of the tag or branch; empty for none."""
        return self.ref.split("/", 2)[2] if self.ref.startswith("refs/") else ""


def fetch(text: str) -> Files:
    """Fetch a catalogue, in the version that its address names.

    Raises:
        BadInput: The address, or its version, does not exist.
        IOFailure: It cannot be reached.
        TrustRefused: It has a harmful file, or exceeds a bound.
    """
    address = source_address.parse(text)
    if is_plain_folder(address):
        if address.ref:
            raise BadInput(
                what=f"the folder has no version `{address.ref}`",
                where=address.shown,
                why="it is not a git repository",
                fix="leave the version out, or commit and tag the folder",
            )
        return _of_folder(address, Path(address.url))
    ref, commit = resolve(address)
    return _kept(address, ref, commit)


def resolve(address: Address) -> tuple[str, str]:
    """Return the full name of the ref that an address stands for now, and its commit.

    Raises:
        BadInput: There is no such version.
        IOFailure: It cannot be reached.
    """
    with _place() as place:
        return git_archive.chosen(address, git_archive.versions(address, place))


def at(address: Address, ref: str, commit: str) -> Files:
    """Return a catalogue as it was at a commit; it is fetched if it is not in the cache.

    Args:
        address: Its repository.
        ref: The full name of the tag or branch that it was taken from; a branch may have gone on.
        commit: The commit's hash.

    Raises:
        IOFailure: It cannot be reached.
        TrustRefused: It has a harmful file, or exceeds a bound.
    """
    fetched = ref if ref.startswith("refs/tags/") else ""
    return replace(_kept(address, fetched, commit), ref=ref)


def keep(entries: Iterator[unpacking.Entry], where: str) -> Path:
    """Write files to a folder of the cache that is named after their digest, and return it."""
    with _place() as place:
        digest = unpacking.write(entries, place / "files", where)
        return kept(digest) or _keep(place / "files", digest)


def kept(hash_: str) -> Path | None:
    """Return the folder of the cache with the files of a hash, or None."""
    folder = paths.cache() / "sources" / hash_
    return folder if folder.is_dir() else None


def _kept(address: Address, ref: str, commit: str) -> Files:
    folder = kept(commit)
    if folder is None:
        with _place() as place:
            git_archive.fetched(address, ref, commit, place / "repository")
            git_archive.take(place / "repository", commit, place / "files", address.shown)
            folder = _keep(place / "files", commit)
    return Files(address, ref, commit, folder)


def _of_folder(address: Address, path: Path) -> Files:
    with _place() as place:
        try:
            with bounds.bounded(address.shown):
                found = unpacking.from_folder(path, address.shown)
                digest = unpacking.write(found, place / "files", address.shown)
        except OSError as error:
            raise IOFailure(
                what="the catalogue cannot be read",
                where=str(error.filename or address.shown),
                why=error.strerror or str(error),
                fix="fix that, or name another folder",
            ) from error
        return Files(address, "", digest, kept(digest) or _keep(place / "files", digest))


def is_plain_folder(address: Address) -> bool:
    """Return whether an address is that of a folder without a history, which is taken as it lies."""
    return bool(address.path and address.path.is_dir() and not _is_repository(address.path))


def _is_repository(folder: Path) -> bool:
    is_bare = (folder / "HEAD").is_file() and (folder / "objects").is_dir() and (folder / "refs").is_dir()
    return is_bare or (folder / ".git").exists()


def _keep(files: Path, hash_: str) -> Path:
    """Move files into the cache; those of another run, which is as fast, are as good."""
    target = paths.cache() / "sources" / hash_
    target.parent.mkdir(exist_ok=True)
    with suppress(OSError):
        files.rename(target)
    if not target.is_dir():
        raise IOFailure(
            what="the catalogue cannot be kept",
            where=str(target),
            why="its folder cannot be made in the cache",
            fix="remove what is there",
        )
    return target


@contextmanager
def _place() -> Iterator[Path]:
    # In the cache, so that the files can be moved there as a whole.
    with scratch(paths.work()) as place:
        yield place
