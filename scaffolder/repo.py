"""Puts a new project under git, with a first commit by the user's own identity.

GitPython is given constant arguments only, and it never clones, fetches or sets anything:
its guards against hostile arguments have failed too often. The only module that imports it.

Not here: how Copier reads the catalogue's history (`render.py`).
"""

from __future__ import annotations

import os
from pathlib import Path

# Without this, the import itself fails where there is no git.
os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")

from git import Git, GitCommandError, GitCommandNotFound, Repo

from scaffolder.errors import PlaceTrouble, ToolMissing


def is_inside_repository(folder: Path) -> bool:
    """Answer whether a folder, or the nearest parent that is there, belongs to a repository."""
    while not folder.is_dir():
        folder = folder.parent
    try:
        return str(Git(folder).rev_parse("--is-inside-work-tree")) == "true"
    except (GitCommandError, GitCommandNotFound):
        return False


def commit_first(project: Path) -> bool:
    """Make a repository of a project and commit all of it.

    The user's hooks and signing are left to do their work.

    Returns:
        Whether there is a commit; without a git identity everything is staged instead.

    Raises:
        ToolMissing: There is no git.
        PlaceTrouble: git refuses, a hook of the user's included.
    """
    try:
        git = Repo.init(project).git
        git.add("--all")
        if not _has_identity(git):
            return False
        git.commit("--quiet", "--message=Start from the catalogue")
    except GitCommandNotFound as error:
        raise ToolMissing(
            what="there is no git to make the first commit with", where=str(project),
            why="no program of that name is on your PATH",
            fix="the project is complete; install git and commit it yourself, or use --no-git",
        ) from error  # fmt: skip
    except GitCommandError as error:
        raise PlaceTrouble(
            what="the first commit could not be made", where=str(project),
            why=str(error.stderr or error).strip(" \n'"),
            fix="the project is complete; commit it yourself, or use --no-git",
        ) from error  # fmt: skip
    return True


def _has_identity(git: Git) -> bool:
    """Answer whether the user said who they are; git alone would make up an address."""
    if os.environ.get("GIT_AUTHOR_EMAIL") and os.environ.get("GIT_COMMITTER_EMAIL"):
        return True
    return bool(git.config("--get", "user.email", with_exceptions=False))
