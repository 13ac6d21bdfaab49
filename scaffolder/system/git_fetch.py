"""Runs git on repositories that others wrote, and fetches them: the only module that starts git with their addresses.

No hook, filter, submodule or setting of what git reads is obeyed, nothing is asked, and each command has limits of
time, memory and bytes. git gets addresses and hashes, never a ref as it was typed.

Not here: reading addresses (`source_address.py`), the files of a commit (`git_archive.py`), and which commit is wanted
(`opening.py`, `template_versions.py`).
"""

from __future__ import annotations

import os
import re
import signal
from pathlib import Path

from scaffolder.core.errors import IOFailure, Refusal, ToolMissing, TrustRefused
from scaffolder.core.tool import CompletedProgram
from scaffolder.system import process
from scaffolder.system.scratch import scratch
from scaffolder.system.source_address import Address, masked

LIMIT = 120.0
"""Seconds for each command of git."""

LARGEST = 256 * 2**20
"""Bytes of each file that git may write: a pack, or an archive."""

MEMORY = 3 * 2**30
"""Bytes of memory that git may take."""

LIMITED = '{ ulimit -f "$1"; ulimit -v "$2"; } 2>/dev/null; shift 2; exec "$@"'
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
    # A server that sends nothing for half a minute is out of reach.
    "http.lowSpeedLimit=1",
    "http.lowSpeedTime=30",
)

NAME = re.compile(r"\w[\w./+-]*")
"""The name of a tag, a branch or a hash, or a description such as v1.0.0-2-gabc1234; no option begins like that."""


def attempt(folder: Path, *words: str, largest: int = LARGEST) -> CompletedProgram:
    """Run git within the limits.

    Args:
        folder: The folder that it is run in.
        words: Its arguments.
        largest: The most bytes of each file that it may write, its output among them.

    Raises:
        ToolMissing: git is not installed.
    """
    program = process.which("git", os.environ.get("PATH", os.defpath))
    if program is None:
        raise ToolMissing(
            what="git is not installed",
            where="this machine",
            why="a repository is fetched and read by git",
            fix="install git, and run the same command again",
        )
    settings = [word for setting in SETTINGS for word in ("-c", setting)]
    # The shell counts in blocks of 512 bytes, and in KiB.
    limits = (str(largest // 512), str(MEMORY // 1024))
    argv = ["sh", "-c", LIMITED, "sh", *limits, program, *settings, *words]
    with scratch() as place:
        return process.run(argv, cwd=folder, env=_environment(), log=place / "git.log", limit=LIMIT)


def run(folder: Path, *words: str, where: str, largest: int = LARGEST) -> str:
    """Run git within the limits, and return what it printed.

    Args:
        folder: The folder that it is run in.
        words: Its arguments.
        where: The address that it reads from, as it is shown.
        largest: The most bytes of each file that it may write, its output among them.

    Raises:
        IOFailure: It failed.
        ToolMissing: git is not installed.
        TrustRefused: It reached a limit.
    """
    ran = attempt(folder, *words, largest=largest)
    if not ran.is_ok:
        raise failure(ran, where)
    return ran.output


def failure(ran: CompletedProgram, where: str) -> Refusal:
    """Return the refusal for a command of git that failed, or reached a limit.

    Args:
        ran: The command.
        where: The address that it read from, as it is shown.
    """
    ended = {-signal.SIGXFSZ, 128 + signal.SIGXFSZ}
    if ran.timed_out or ran.code in ended or "File size limit" in ran.output or "too large" in ran.output:
        return TrustRefused(
            what="the repository is too large",
            where=where,
            why=f"git takes longer than {LIMIT:.0f} seconds, or writes a file that is too large",
            fix="use a repository that is not made to exhaust",
        )
    lines = [line for line in masked(ran.output).strip().splitlines() if line.strip()]
    fatal = next((line for line in lines if line.startswith("fatal: ")), lines[-1] if lines else "")
    return IOFailure(
        what="the repository cannot be fetched",
        where=where,
        why=fatal or f"git ended with code {ran.code}",
        fix="check the address, the network and your access to it, and run the same command again",
        details=[line for line in lines if line != fatal][-5:],
    )


def _environment() -> dict[str, str]:
    """Return the user's environment, in which git asks for nothing; the user's own settings and logins apply."""
    own = dict(os.environ)
    own.setdefault("GIT_SSH_COMMAND", "ssh -o BatchMode=yes")
    never = {"GIT_TERMINAL_PROMPT": "0", "GCM_INTERACTIVE": "never", "GIT_LFS_SKIP_SMUDGE": "1"}
    own |= {**never, "GIT_ALLOW_PROTOCOL": "file:http:https:ssh"}
    return {**own, "GIT_ASKPASS": "true", "SSH_ASKPASS": "true", "LC_ALL": "C"}


def is_redirected(address: Address) -> bool:
    """Return whether the user's git takes another address in place of one, by `url.<base>.insteadOf`."""
    try:
        ran = attempt(Path.cwd(), "ls-remote", "--get-url", "--", address.url)
    except ToolMissing:
        return False
    return ran.is_ok and ran.output.strip() != address.url


def mirror(address: Address, folder: Path) -> None:
    """Fetch all commits, branches and tags of a repository into a new bare one.

    Raises:
        IOFailure: It cannot be reached, or git failed.
        ToolMissing: git is not installed.
        TrustRefused: It reached a limit.
    """
    # Not by links to the files of a repository of this disk, which are as that one's owner made them.
    words = ("clone", "--quiet", "--mirror", "--no-local", "--template=")
    run(folder.parent, *words, "--", address.url, str(folder), where=address.shown)


def tags(repository: Path) -> list[str]:
    """Return the tags of a repository."""
    return run(repository, "for-each-ref", "--format=%(refname:strip=2)", "refs/tags", where=str(repository)).split()


def commit_of(repository: Path, name: str) -> str:
    """Return the full name of the commit that a tag, a branch, a hash or a description names; empty if none."""
    if not NAME.fullmatch(name):
        return ""
    ran = attempt(repository, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    return ran.output.strip() if ran.is_ok else ""


def described(repository: Path, commit: str, name: str = "") -> str:
    """Return the name that Copier records for a commit.

    Args:
        repository: The repository.
        commit: The commit.
        name: The name by which it was asked for, which is recorded if it is one of its tags.
    """
    if name and name in tags(repository):
        return name
    found = run(repository, "describe", "--tags", "--always", commit, where=str(repository)).strip()
    # A tag may have any name, also one that git would take for an option.
    return found if NAME.fullmatch(found) else commit
