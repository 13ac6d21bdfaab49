"""Puts a new project under git, with a first commit by the user's own identity; and reads what was committed.

GitPython is given constant arguments only, and it never clones, fetches or sets anything:
its guards against hostile arguments have failed too often. The only module that imports it.

Not here: how Copier reads the catalogue's history (`render.py`).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath

# Without this, the import itself fails where there is no git.
os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")

from git import Git, GitCommandError, GitCommandNotFound, GitError, Repo

from scaffolder.core.errors import IOFailure, ToolMissing


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
        IOFailure: git refuses, a hook of the user's included.
    """
    try:
        git = Repo.init(project).git
        git.add("--all")
        if not _has_identity(git):
            return False
        git.commit("--quiet", "--message=Start from the catalogue")
    except GitCommandNotFound as error:
        raise ToolMissing(
            what="there is no git to make the first commit with",
            where=str(project),
            why="no program of that name is on your PATH",
            fix="the project is complete; install git and commit it yourself, or use --no-git",
        ) from error
    except GitCommandError as error:
        raise IOFailure(
            what="the first commit could not be made",
            where=str(project),
            why=str(error.stderr or error).strip(" \n'"),
            fix="the project is complete; commit it yourself, or use --no-git",
        ) from error
    return True


def versions(folder: Path, *names: str) -> Iterator[tuple[str, str, bytes]]:
    """Tell every committed version of some files of a folder, on any branch.

    Args:
        folder: The folder; where it is in no repository, there are no versions.
        names: The files' names, which are constants.

    Yields:
        The commit, the file's name, and its bytes; a commit that did not change any of them is passed over.

    Raises:
        IOFailure: git does not tell, or the history is cut off.
    """
    if not any((around / ".git").exists() for around in (folder, *folder.parents)):
        return
    try:
        repo = Repo(folder, search_parent_directories=True)
        commits = str(Git(folder).rev_list("--all", "--", *names)).split()
        inner = folder.resolve().relative_to(Path(repo.working_dir).resolve()).as_posix()
        is_cut = repo.git.rev_parse("--is-shallow-repository") == "true"
    except (GitError, ValueError) as error:
        raise _untold(folder, str(getattr(error, "stderr", "") or error).strip(" \n'")) from error
    if is_cut:
        raise _untold(folder, "the repository is a shallow clone, which knows its last commits alone")
    for commit in commits:
        for name in names:
            with suppress(KeyError):
                found = repo.commit(commit).tree / str(PurePosixPath(inner, name))
                yield commit, name, found.data_stream.read()


def _untold(folder: Path, why: str) -> IOFailure:
    return IOFailure(
        what="what was committed cannot be read",
        where=str(folder),
        why=why,
        fix="mend that: git fetch --unshallow completes a shallow clone",
    )


def _has_identity(git: Git) -> bool:
    """Answer whether the user said who they are; git alone would make up an address."""
    if os.environ.get("GIT_AUTHOR_EMAIL") and os.environ.get("GIT_COMMITTER_EMAIL"):
        return True
    return bool(git.config("--get", "user.email", with_exceptions=False))
