"""Gets the repositories of a fleet: clones them, brings a clone up to date, and commits an update on a branch.

No hook, filter or submodule of a repository is run, and nothing is asked at the terminal. Nothing is ever pushed.

Not here: git itself (`git_fetch.py`), and opening pull requests, which the workflow of `fleet_workflow.py` does.
"""

from __future__ import annotations

import shutil

from scaffolder.commands.fleet.fleet_list import Member
from scaffolder.system import git_fetch

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
    if not (member.folder / ".git").is_dir():
        # Half a clone of a killed run is made anew.
        shutil.rmtree(member.folder, ignore_errors=True)
        member.folder.parent.mkdir(parents=True, exist_ok=True)
        git_fetch.clone_work_tree(member.source, member.folder)
    else:
        git_fetch.run(member.folder, "fetch", "--quiet", "--prune", "origin", source=member.source)
        git_fetch.run(member.folder, "remote", "set-head", "origin", "--auto", source=member.source)
    git_fetch.run(member.folder, "checkout", "--quiet", "--force", "-B", "scaffold-fleet", "origin/HEAD", source="")
    git_fetch.run(member.folder, "clean", "--quiet", "-d", "--force", source="")


def branch(version: str) -> str:
    """Return the name of the branch with the update to a version."""
    return f"{BRANCH}-{version}"


def is_proposed(member: Member, version: str) -> bool:
    """Return whether the repository has a branch with the update already."""
    return bool(member.source) and bool(git_fetch.commit_of(member.folder, f"refs/remotes/origin/{branch(version)}"))


def commit(member: Member, version: str) -> None:
    """Commit an update of a clone on a branch of its own."""
    git_fetch.run(member.folder, "checkout", "--quiet", "-B", branch(version), source="")
    git_fetch.run(member.folder, "add", "--all", source="")
    known = git_fetch.run(member.folder, "config", "--default", "", "--get", "user.email", source="").strip()
    words = ("commit", "--quiet", f"--message=Update from the template to {version}")
    git_fetch.run(member.folder, *(() if known else IDENTITY), *words, source="")
