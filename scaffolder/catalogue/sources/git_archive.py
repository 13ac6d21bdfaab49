"""Gets one commit of a repository, or of a bundle of one, without checking it out.

git gets an address and hashes, never a ref as it was typed; no hook, filter, submodule or setting of what it reads is
obeyed, nothing is asked, and all of it has limits. What it leaves is an archive, which nobody has unpacked yet.

Not here: unpacking it (`unpacking.py`).
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

from scaffolder.catalogue.sources import unpacking
from scaffolder.catalogue.sources.source_address import Address, masked
from scaffolder.core.errors import BadInput, IOFailure, ToolMissing, TrustRefused
from scaffolder.core.tool import CompletedProgram
from scaffolder.system import process

LIMIT = 120.0
"""Seconds for each command of git."""

LARGEST = 256 * 2**20
"""Bytes of each file that git may write: a pack, or the archive."""

HASH = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")

VERSION = re.compile(r"refs/tags/v?(\d{1,9}(?:\.\d{1,9}){0,5})")

LONGEST_LIST = 16 * 2**20
"""Bytes of the list of a commit's files."""

MEMORY = 3 * 2**30
"""Bytes of memory that git may take."""

LIMITED = 'ulimit -f "$1"; ulimit -v "$2"; shift 2; exec "$@"'
"""A command of the shell that runs its arguments, whose files and memory may not get larger than the first ones say."""

SETTINGS = (
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.attributesFile=/dev/null",
    "core.bigFileThreshold=1m",
    "core.quotePath=false",
    "fetch.recurseSubmodules=false",
    "submodule.recurse=false",
    "protocol.ext.allow=never",
    "transfer.bundleURI=false",
    "gc.auto=0",
    "maintenance.auto=false",
    "advice.detachedHead=false",
)

RAW = "* -filter -text -ident -eol -working-tree-encoding -export-ignore -export-subst\n"
"""The attributes under which an archive has the very bytes that were committed."""

CALLERS = re.compile(r"GIT_(DIR|WORK_TREE|INDEX_FILE|COMMON_DIR|OBJECT_DIRECTORY|ALTERNATE_\w+|NAMESPACE|CEILING_\w+)")
"""Variables by which git, which may have started this program as a hook, names another repository."""


def versions(address: Address, place: Path) -> dict[str, str]:
    """Return the full names of the refs of a repository, `HEAD` among them, with the hashes of their commits.

    Args:
        address: The repository.
        place: An empty folder to work in.

    Raises:
        IOFailure: It cannot be reached.
    """
    ran = _git(place, "ls-remote", "--quiet", "--", address.url)
    if not ran.is_ok:
        raise _unreachable(address, ran)
    pairs = (line.split("\t", 1) for line in ran.output.splitlines() if "\t" in line)
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


def archive(address: Address, ref: str, commit: str, place: Path) -> Path:
    """Fetch a commit, and return an archive of its files.

    Args:
        address: The repository.
        ref: The full name of a ref at that commit; empty if none is known.
        commit: Its hash.
        place: An empty folder to work in.

    Raises:
        BadInput: There is no such commit.
        IOFailure: It cannot be reached.
        TrustRefused: It is too large, or changed while it was fetched.
    """
    repository = place / "repository"
    _require(_git(place, "init", "--quiet", "--bare", "--template=", str(repository)), address)
    (repository / "info").mkdir()
    (repository / "info" / "attributes").write_text(RAW, encoding="utf-8")
    depth = () if address.path and address.path.is_file() else ("--depth=1",)
    ran = _git(repository, "fetch", "--quiet", "--no-tags", *depth, "--", address.url, ref or commit)
    if not ran.is_ok and not ref:
        # Some servers give no commit by its hash.
        everything = ("+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*")
        ran = _git(repository, "fetch", "--quiet", "--", address.url, *everything)
    _require(ran, address)
    _require_commit(repository, address, commit)
    listed = _git(repository, "ls-tree", "-r", "--full-tree", commit, largest=LONGEST_LIST)
    _require(listed, address)
    _refuse_harmful(listed.output, address)
    _require(_git(repository, "archive", "--format=tar", f"--output={place / 'archive.tar'}", commit), address)
    return place / "archive.tar"


def _refuse_harmful(listed: str, address: Address) -> None:
    """Refuse a commit with a harmful name: git would refuse some of them later, with reasons of its own."""
    lines = [line.partition("\t") for line in listed.splitlines()]
    if len(lines) > unpacking.MOST:
        raise unpacking.too_large(address.shown)
    for _, _, path in lines:
        # What git quotes is escaped as in C, byte by byte.
        quoted = path[1:-1].encode().decode("unicode_escape") if path.startswith('"') else ""
        name = quoted.encode("latin-1", errors="ignore").decode(errors="surrogateescape") if quoted else path
        unpacking.refuse_name(name, address.shown)


def _require_commit(repository: Path, address: Address, commit: str) -> None:
    ran = _git(repository, "rev-parse", "--quiet", "--verify", "--end-of-options", f"{commit}^{{commit}}")
    if not ran.is_ok and not address.ref:
        raise TrustRefused(
            what="the catalogue changed while it was fetched",
            where=address.shown,
            why=f"there is no commit {commit} in it any more",
            fix="run the same command again",
        )
    if not ran.is_ok:
        raise _no_version(address, {})


def _git(folder: Path, *words: str, largest: int = LARGEST) -> CompletedProgram:
    program = process.which("git", os.environ.get("PATH", os.defpath))
    if program is None:
        raise ToolMissing(
            what="git is not installed",
            where="this machine",
            why="a catalogue of a repository is fetched by git",
            fix="install git, or name a folder",
        )
    settings = [word for setting in SETTINGS for word in ("-c", setting)]
    # The shell counts in blocks of 512 bytes, and in KiB.
    limits = (str(largest // 512), str(MEMORY // 1024))
    argv = ["sh", "-c", LIMITED, "sh", *limits, program, *settings, *words]
    return process.run(argv, cwd=folder, env=_environment(), log=folder / "git.log", limit=LIMIT)


def _environment() -> dict[str, str]:
    """Return the user's environment, in which git asks for nothing; the user's own settings and logins apply."""
    own = {name: value for name, value in os.environ.items() if not CALLERS.fullmatch(name)}
    own.setdefault("GIT_SSH_COMMAND", "ssh -o BatchMode=yes")
    never = {"GIT_TERMINAL_PROMPT": "0", "GIT_ALLOW_PROTOCOL": "file:http:https:ssh", "GIT_LFS_SKIP_SMUDGE": "1"}
    return {**own, **never, "GIT_ASKPASS": "true", "SSH_ASKPASS": "true", "LC_ALL": "C"}


def _require(ran: CompletedProgram, address: Address) -> None:
    if ran.timed_out or "File size limit" in ran.output or ran.code in {25 + 128, -25} or "too large" in ran.output:
        raise unpacking.too_large(address.shown)
    if not ran.is_ok:
        raise _unreachable(address, ran)


def _unreachable(address: Address, ran: CompletedProgram) -> IOFailure:
    lines = [line for line in masked(ran.output).strip().splitlines() if line.strip()]
    return IOFailure(
        what="the catalogue cannot be fetched",
        where=address.shown,
        why=lines[-1] if lines else f"git ended with code {ran.code}",
        fix="check the address, the network and your access to it; a catalogue that was fetched before works offline "
        "by its name, see: scaffold catalogue add",
        details=lines[:-1][-5:],
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
