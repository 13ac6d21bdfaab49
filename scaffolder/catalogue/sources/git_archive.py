"""Gets the files of one commit of a repository, or of a bundle of one, without checking it out.

Not here: how git is run (`git_fetch.py`), and the bounds of the files (`unpacking.py`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from scaffolder.catalogue.sources import unpacking
from scaffolder.core.errors import BadInput, Refusal, TrustRefused
from scaffolder.system import bounds, git_fetch
from scaffolder.system.scratch import scratch
from scaffolder.system.source_address import Address

HASH = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")

VERSION = re.compile(r"refs/tags/v?(\d{1,9}(?:\.\d{1,9}){0,5})")

LONGEST_LIST = 16 * 2**20
"""Bytes of the list of a commit's files."""

RAW = "* -filter -text -ident -eol -working-tree-encoding -export-ignore -export-subst\n"
"""The attributes under which an archive has the very bytes that were committed."""


def versions(address: Address, place: Path) -> dict[str, str]:
    """Return the full names of the refs of a repository, `HEAD` among them, with the hashes of their commits.

    Args:
        address: The repository.
        place: An empty folder to work in.

    Raises:
        IOFailure: It cannot be reached.
    """
    listed = git_fetch.run(place, "ls-remote", "--quiet", "--", address.url, where=address.shown)
    pairs = (line.split("\t", 1) for line in listed.splitlines() if "\t" in line)
    found = {name: commit for commit, name in pairs if HASH.fullmatch(commit)}
    # The commit of an annotated tag stands in a line of its own.
    return {name: found.get(f"{name}^{{}}", commit) for name, commit in found.items() if not name.endswith("^{}")}


def chosen(address: Address, found: Mapping[str, str]) -> tuple[str, str]:
    """Return the ref to take, by its full name, and its commit.

    Without a version it is the newest tag that is a version, or else the newest commit, as with Copier; of a folder it
    is always the newest commit.

    Raises:
        BadInput: There is no such version.
    """
    if HASH.fullmatch(address.ref):
        return next((name for name, commit in found.items() if commit == address.ref), ""), address.ref
    if address.ref:
        for name in (f"refs/tags/{address.ref}", f"refs/heads/{address.ref}"):
            if name in found:
                return name, found[name]
        raise _no_version(address, found)
    newest = None if address.path and address.path.is_dir() else _newest(found)
    name = newest or ("HEAD" if "HEAD" in found else next(iter(found), ""))
    if not name:
        raise _no_version(address, found)
    return name, found[name]


def _newest(found: Mapping[str, str]) -> str | None:
    """Return the tag of the newest final version."""
    tags = [(_numbers(match[1]), name) for name in found if (match := VERSION.fullmatch(name))]
    return max(tags)[1] if tags else None


def _numbers(version: str) -> list[int]:
    return [int(number) for number in version.split(".")]


def fetched(address: Address, ref: str, commit: str, folder: Path) -> None:
    """Fetch one commit into a new bare repository.

    Args:
        address: The repository.
        ref: The full name of a ref at that commit; empty if none is known.
        commit: Its hash.
        folder: The new repository.

    Raises:
        BadInput: There is no such commit.
        IOFailure: It cannot be reached.
        TrustRefused: It is too large, or changed while it was fetched.
    """
    git_fetch.run(folder.parent, "init", "--quiet", "--bare", "--template=", str(folder), where=address.shown)
    depth = () if address.path and address.path.is_file() else ("--depth=1",)
    words = ("fetch", "--quiet", "--no-tags", *depth, "--", address.url, ref or commit)
    ran = git_fetch.attempt(folder, *words)
    if not ran.is_ok and not ref:
        # Some servers give no commit by its hash.
        everything = ("+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*")
        ran = git_fetch.attempt(folder, "fetch", "--quiet", "--", address.url, *everything)
    if not ran.is_ok:
        raise git_fetch.failure(ran, address.shown)
    if not git_fetch.commit_of(folder, commit):
        raise _no_commit(address, commit)


def take(repository: Path, commit: str, folder: Path, where: str) -> None:
    """Write the files of a commit into a new folder, within bounds.

    Args:
        repository: A bare repository of this program's own.
        commit: The commit's hash.
        folder: The new folder.
        where: The address, for refusals.

    Raises:
        BadInput: Two of the files have one name.
        IOFailure: git failed.
        TrustRefused: There is a harmful file, or a bound is exceeded.
    """
    (repository / "info").mkdir(exist_ok=True)
    (repository / "info" / "attributes").write_text(RAW, encoding="utf-8")
    words = ("ls-tree", "-r", "--full-tree", commit)
    _refuse_harmful(git_fetch.run(repository, *words, where=where, largest=LONGEST_LIST), where)
    with scratch(folder.parent) as place:
        archive = place / "archive.tar"
        git_fetch.run(repository, "archive", "--format=tar", f"--output={archive}", commit, where=where)
        with bounds.bounded(where):
            unpacking.write(unpacking.from_archive(archive, where), folder, where)


def _refuse_harmful(listed: str, where: str) -> None:
    """Refuse a commit with a harmful name: git would refuse some of them later, with reasons of its own."""
    lines = [line.partition("\t") for line in listed.splitlines()]
    if len(lines) > unpacking.MOST:
        raise unpacking.too_large(where)
    for _, _, path in lines:
        # What git quotes is escaped as in C, byte by byte.
        quoted = path[1:-1].encode().decode("unicode_escape") if path.startswith('"') else ""
        name = quoted.encode("latin-1", errors="ignore").decode(errors="surrogateescape") if quoted else path
        unpacking.refuse_name(name, where)


def _no_commit(address: Address, commit: str) -> Refusal:
    if address.ref:
        return _no_version(address, {})
    return TrustRefused(
        what="the catalogue changed while it was fetched",
        where=address.shown,
        why=f"there is no commit {commit} in it any more",
        fix="run the same command again",
    )


def _no_version(address: Address, found: Mapping[str, str]) -> BadInput:
    names = [name.split("/", 2)[2] for name in found if name.startswith(("refs/tags/", "refs/heads/"))]
    shown = ", ".join(names[-8:])
    return BadInput(
        what=f"the catalogue has no version `{address.ref}`" if address.ref else "the catalogue has no commit",
        where=address.shown,
        why=f"it has {shown}" if shown else "there is no such commit in it",
        fix="name a tag, a branch or a full hash behind an @",
    )
