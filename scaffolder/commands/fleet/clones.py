"""Gets the repositories of a fleet: clones them, brings a clone up to date, and commits an update on a branch.

No hook, filter or submodule of a repository is run, and nothing is asked at the terminal. Nothing is ever pushed.

Not here: git itself (`git_fetch.py`), and opening pull requests, which the workflow of `fleet_workflow.py` does.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from scaffolder.commands.fleet.fleet_list import Member
from scaffolder.core.errors import BadInput
from scaffolder.system import git_fetch, source_address

LARGEST = 2**30
"""Bytes of the pack of a repository: one of projects has more than one of templates."""

LONGEST_LIST = 64 * 2**20
"""Bytes of the list of its files, which a bomb would exceed before it is checked out."""

BRANCH = "scaffold/update"
"""The beginning of the name of the branch that an update is committed on."""

IDENTITY = ("-c", "user.name=scaffold", "-c", "user.email=scaffold@localhost")
"""The author where git knows of none; whoever merges the pull request signs it."""


def refresh(member: Member) -> None:
    """Set the clone of a repository to the newest state of its default branch; a folder is left as it is.

    Raises:
        BadInput: The address is none.
        IOFailure: The repository cannot be reached.
    """
    if not member.source:
        return
    address = source_address.repository(member.source, Path())
    if address is None:
        raise BadInput(
            what="not the address of a repository",
            where=member.name,
            why="git takes a URL, a path, or user@host:path",
            fix=f"correct line {member.line} of the list",
        )
    if not (member.clone / ".git").is_dir():
        # Half a clone of a killed run is made anew.
        shutil.rmtree(member.clone, ignore_errors=True)
        member.clone.parent.mkdir(parents=True, exist_ok=True)
        words = ("clone", "--quiet", "--no-checkout", "--no-local", "--no-recurse-submodules", "--template=")
        _git(member, *words, "--", address.url, str(member.clone), folder=member.clone.parent)
    else:
        _git(member, "fetch", "--quiet", "--prune", "origin")
        _git(member, "remote", "set-head", "origin", "--auto")
    _git(member, "ls-tree", "-r", "origin/HEAD", largest=LONGEST_LIST)
    _git(member, "checkout", "--quiet", "--force", "-B", "scaffold-fleet", "origin/HEAD")
    _git(member, "clean", "--quiet", "-d", "--force")
    if not member.folder.resolve().is_relative_to(member.clone.resolve()):
        raise BadInput(
            what="the folder is not in its repository",
            where=member.name,
            why=f"{member.within} is a link that leads elsewhere",
            fix=f"correct line {member.line} of the list",
        )


def _git(member: Member, *words: str, folder: Path | None = None, largest: int = LARGEST) -> str:
    return git_fetch.run(folder or member.clone, *words, where=member.name, largest=largest)


def branch(member: Member, version: str) -> str:
    """Return the name of the branch with the update of a project to a version; a repository may have several."""
    within = re.sub(r"[^\w-]+", "-", member.within)
    return f"{BRANCH}-{within}-{version}" if within else f"{BRANCH}-{version}"


def is_proposed(member: Member, version: str) -> bool:
    """Return whether the repository has a branch with the update already."""
    return bool(member.source) and bool(
        git_fetch.commit_of(member.clone, f"refs/remotes/origin/{branch(member, version)}")
    )


def commit(member: Member, version: str) -> None:
    """Commit an update of a clone on a branch of its own."""
    _git(member, "checkout", "--quiet", "-B", branch(member, version))
    _git(member, "add", "--all")
    known = _git(member, "config", "--default", "", "--get", "user.email").strip()
    words = ("commit", "--quiet", f"--message=Update from the template to {version}")
    _git(member, *(() if known else IDENTITY), *words)
