"""Creates a project's repository with an initial commit, and reads committed files.

GitPython gets constant arguments only, and never clones, fetches or configures anything:
its guards against hostile arguments have failed too often. The only module that imports it.

Not here: how Copier reads the catalogue's history (`render.py`).
"""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path, PurePosixPath

# Without this, the import itself fails where there is no git.
os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")

from git import Git, GitCommandError, GitCommandNotFound, GitError, Repo

from scaffolder.core.errors import IOFailure, ToolMissing
from scaffolder.system import process
from scaffolder.system.git_files import refuse_unusual
from scaffolder.system.scratch import scratch

LIMIT = 600.0
"""Seconds after which a git command, whose hooks may take long, is ended."""

COMMIT = re.compile(r"[0-9a-f]{40,64}")

EVERYWHERE = ("--full-history", "--all")
IN_HEAD = ("--full-history", "HEAD")
"""The arguments for all branches, or for HEAD; git leaves out a branch whose merge has changed nothing, unless told."""

STEP_BY_STEP = ("--first-parent", "HEAD")
"""The arguments for the commits that lead to HEAD, without those of merged branches."""

OPTIONS = {"c": "safe.bareRepository=explicit"}
"""Git takes a committed folder that looks like a bare repository for one, and runs programs that its config names."""


def is_inside_repository(folder: Path) -> bool:
    """Return whether a folder, or its nearest existing parent, is in a git work tree.

    Raises:
        IOFailure: A file of the repository is a pipe or a device.
    """
    while not folder.is_dir():
        folder = folder.parent
    try:
        return str(_git(folder).rev_parse("--is-inside-work-tree")) == "true"
    except (GitCommandError, GitCommandNotFound):
        return False


def create_initial_commit(project: Path) -> bool:
    """Initialise a repository in a project and commit all files.

    The user's hooks and commit signing apply. Git and its hooks end with this process, as every other program.

    Returns:
        Whether a commit was created; without a git identity the files are only staged.

    Raises:
        ToolMissing: git is not installed.
        IOFailure: git failed, or a hook of the user rejected the commit.
    """
    _run_git(project, "init", "--quiet")
    _run_git(project, "add", "--all")
    return _commit(project)


def commit_files(repository: Path, files: Sequence[str]) -> bool:
    """Commit some new files of a repository, and nothing else that was changed or staged in it.

    Returns:
        Whether a commit was created; without a git identity the files are only staged.

    Raises:
        ToolMissing: git is not installed.
        IOFailure: git failed, or a hook of the user rejected the commit.
    """
    # The lock files of a project belong to it, whatever the repository ignores.
    _run_git(repository, "add", "--force", "--", *files)
    return _commit(repository, "--", *files)


def _commit(repository: Path, *files: str) -> bool:
    if not _has_identity(_git(repository)):
        return False
    # A signing key or a hook may ask for something.
    _run_git(repository, "commit", "--quiet", "--message=Start from the catalogue", *files, may_ask=True)
    return True


def _run_git(folder: Path, *words: str, may_ask: bool = False) -> None:
    refuse_unusual(folder)
    program = process.which("git", os.environ.get("PATH", os.defpath))
    if program is None:
        raise ToolMissing(
            what="git is not installed, so there is no initial commit",
            where=str(folder),
            why="`git` is not on your PATH",
            fix="the project is complete; install git and commit it yourself, or use --no-git",
        )
    with scratch() as place:
        log = place / "git.log"
        ran = process.run([program, *words], cwd=folder, env=_environment(), log=log, limit=LIMIT, may_ask=may_ask)
    if may_ask and ran.code in {-signal.SIGINT, 128 + signal.SIGINT}:
        # Ctrl-C has reached the program that the terminal was lent to, and not this one.
        raise KeyboardInterrupt
    if not ran.is_ok:
        raise IOFailure(
            what="git could not create the initial commit",
            where=str(folder),
            why=ran.output.strip() or f"git {words[0]} ended with code {ran.code}",
            fix="the project is complete; commit it yourself, or use --no-git",
        )


def _environment() -> dict[str, str]:
    """Return the user's environment, with the terminal that gpg asks at; it would look for it at its input."""
    if os.environ.get("GPG_TTY") or not os.isatty(0):
        return dict(os.environ)
    return {**os.environ, "GPG_TTY": os.ttyname(0)}


def committed_versions(
    folder: Path, *names: str, revisions: Sequence[str] = EVERYWHERE
) -> Iterator[tuple[str, str, bytes]]:
    """Yield every committed version of some files in a folder, the newest first.

    Args:
        folder: The folder; outside of a repository, nothing is yielded.
        names: The names of the files.
        revisions: The arguments by which git finds commits, constants; by default, those of all branches.

    Yields:
        Commit, file name and content, for each commit that changes one of the files.

    Raises:
        IOFailure: git failed, or the clone is shallow.
    """
    if not _is_versioned(folder):
        return
    try:
        repo = _repository(folder)
        if "HEAD" in revisions and not repo.head.is_valid():
            # Nothing is committed yet.
            return
        commits = str(_git(folder).rev_list(*revisions, "--", *names)).split()
        inner = folder.resolve().relative_to(Path(repo.working_dir).resolve()).as_posix()
        is_shallow = repo.git.rev_parse("--is-shallow-repository") == "true"
    except (GitError, ValueError) as error:
        raise _unreadable(folder, str(getattr(error, "stderr", "") or error).strip(" \n'")) from error
    if is_shallow:
        raise _unreadable(folder, "the repository is a shallow clone, without its older commits")
    for commit in commits:
        for name in names:
            content = _content(repo, commit, str(PurePosixPath(inner, name)))
            if content is not None:
                yield commit, name, content


def versions_under_any_name(file: Path) -> Iterator[tuple[str, bytes]]:
    """Yield every version of a file in the history of HEAD, also from before git saw it renamed.

    Args:
        file: The file; outside of a repository, nothing is yielded.

    Yields:
        File name and content.

    Raises:
        IOFailure: git failed.
    """
    if not _is_versioned(file.parent):
        return
    try:
        repo = _repository(file.parent)
        if not repo.head.is_valid():
            return
        listed = _git(file.parent).log("HEAD", "--follow", "-z", "--name-only", "--format=%x00%H", "--", file.name)
    except GitError as error:
        raise _unreadable(file.parent, str(getattr(error, "stderr", "") or error).strip(" \n'")) from error
    commit = ""
    for word in filter(None, (each.strip("\n") for each in str(listed).split("\0"))):
        if COMMIT.fullmatch(word):
            commit = word
        elif (content := _content(repo, commit, word)) is not None:
            yield PurePosixPath(word).name, content


def before_commit(folder: Path, commit: str) -> Callable[[Path], bytes | None]:
    """Return a function that reads files as they were before a commit, or at HEAD without one.

    Args:
        folder: A folder of the repository.
        commit: The commit; empty for the newest state.
    """
    repo = _repository(folder)
    root = Path(repo.working_dir).resolve()
    at = f"{commit}^" if commit else "HEAD"
    return lambda path: _content(repo, at, path.resolve().relative_to(root).as_posix())


def _is_versioned(folder: Path) -> bool:
    return any((around / ".git").exists() for around in (folder, *folder.parents))


def _repository(folder: Path) -> Repo:
    refuse_unusual(folder)
    # Its default takes a dollar sign in a path for a variable, and so another folder for this one.
    repo = Repo(folder, search_parent_directories=True, expand_vars=False)
    repo.git.set_persistent_git_options(**OPTIONS)
    return repo


def _content(repo: Repo, commit: str, path: str) -> bytes | None:
    """Return a file as a commit has it; None if it has none."""
    try:
        return bytes((repo.commit(commit).tree / path).data_stream.read())
    except (KeyError, ValueError, GitError):
        return None


def _git(folder: Path) -> Git:
    refuse_unusual(folder)
    git = Git(folder)
    git.set_persistent_git_options(**OPTIONS)
    return git


def _unreadable(folder: Path, why: str) -> IOFailure:
    return IOFailure(
        what="cannot read the git history",
        where=str(folder),
        why=why,
        fix="fix the cause; `git fetch --unshallow` completes a shallow clone",
    )


def _has_identity(git: Git) -> bool:
    """Return whether an e-mail address is configured; git would otherwise make one up from the host name."""
    if os.environ.get("GIT_AUTHOR_EMAIL") and os.environ.get("GIT_COMMITTER_EMAIL"):
        return True
    return bool(git.config("--get", "user.email", with_exceptions=False))
