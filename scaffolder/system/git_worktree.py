"""The work tree of a user's repository, as an update of a project in it needs it: state, stash, and conflicts.

Only the project's folder is looked at: what is around it in the repository is left alone. Programs that the
repository's configuration names are not run.

Not here: making commits (`git_repository.py`), and fetching (`git_fetch.py`).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from shlex import quote

from scaffolder.core.errors import BadInput, IOFailure, ToolMissing
from scaffolder.system import process
from scaffolder.system.committed_files import OPTIONS
from scaffolder.system.git_files import refuse_unusual
from scaffolder.system.scratch import scratch

LIMIT = 120.0
"""Seconds after which a git command is ended."""

VARIABLES = {"GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}


UNMERGED = {b"DD", b"AU", b"UD", b"UA", b"DU", b"AA", b"UU"}
"""The codes of `git status` for a file in conflict."""

OPERATIONS = {
    "rebase-merge": ("a rebase", "rebase --continue"),
    "rebase-apply/applying": ("a series of patches", "am --continue"),
    "rebase-apply": ("a rebase", "rebase --continue"),
    "MERGE_HEAD": ("a merge", "merge --continue"),
    "CHERRY_PICK_HEAD": ("a cherry-pick", "cherry-pick --continue"),
    "REVERT_HEAD": ("a revert", "revert --continue"),
    "BISECT_LOG": ("a bisection", "bisect reset"),
}
"""What git's folder has while the user is in the middle of something: its name, and the words that finish it."""


@dataclass(frozen=True)
class Stage:
    """One of the three versions of a file in conflict.

    Args:
        number: 1 for the base, 2 for the user's, 3 for the other side.
        mode: Its mode, as git writes it.
        content: Its bytes.
    """

    number: int
    mode: str
    content: bytes


@dataclass(frozen=True)
class State:
    """The state of a repository.

    Args:
        head: The current commit; empty before the first one.
        branch: The current branch; empty if HEAD is detached.
        is_shallow: Whether older commits are missing.
        changed: The files of the project with changes that are not committed, untracked ones left out.
        unmerged: Those of them that a merge of the user's has left in conflict.
        operation: What the user is in the middle of, such as a rebase: a key of `OPERATIONS`; empty for nothing.
    """

    head: str
    branch: str
    is_shallow: bool
    changed: tuple[str, ...]
    unmerged: tuple[str, ...] = ()
    operation: str = ""

    @property
    def can_stash(self) -> bool:
        """Whether git can put the changes aside."""
        return bool(self.head) and not self.unmerged and not self.operation


def command(folder: Path, words: str) -> str:
    """Return a command of git about a project's repository as it is typed in the current folder."""
    here = os.path.relpath(folder)
    return f"git {words}" if here == os.curdir else f"git -C {quote(here)} {words}"


def is_versioned(folder: Path) -> bool:
    """Return whether a folder is in a git repository."""
    return any((each / ".git").exists() for each in (folder, *folder.parents))


def state(folder: Path) -> State:
    """Return the state of the repository around a project.

    Raises:
        IOFailure: git cannot read it.
        ToolMissing: git is not installed.
    """
    head = _run(folder, "rev-parse", "--verify", "--quiet", "HEAD", may_fail=True).decode().strip()
    branch = _run(folder, "symbolic-ref", "--short", "--quiet", "HEAD", may_fail=True).decode().strip()
    known = os.fsdecode(_run(folder, "rev-parse", "--is-shallow-repository", "--absolute-git-dir"))
    shallow, home = known.rstrip("\n").split("\n", 1)
    operation = next((each for each in OPERATIONS if Path(home, each).exists()), "")
    words = ("status", "--porcelain", "-z", "--no-renames", "--untracked-files=no", "--", ".")
    entries = _run(folder, *words).split(b"\0")
    named = [(each[:2], os.fsdecode(each[3:])) for each in entries if each]
    in_conflict = tuple(path for code, path in named if code in UNMERGED)
    return State(head, branch, shallow == "true", tuple(path for _, path in named), in_conflict, operation)


def in_the_middle(folder: Path, state: State) -> BadInput:
    """Return the refusal of a repository in the middle of a merge, a rebase or the like."""
    name, words = OPERATIONS[state.operation]
    why = "what is written now would become a part of it"
    return BadInput(f"{name} is in progress", str(folder), why, f"finish it first: {command(folder, words)}")


def files(folder: Path) -> list[str]:
    """Return the files below a folder that git tracks or would track, relative to it."""
    listed = _run(folder, "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", ".").split(b"\0")
    return sorted({os.fsdecode(each) for each in listed if each})


def committed(folder: Path, file: str) -> bytes | None:
    """Return a file as the current commit has it; None if it has none."""
    try:
        return _run(folder, "cat-file", "blob", f"HEAD:./{file}")
    except IOFailure:
        return None


def unmerged(folder: Path) -> list[str]:
    """Return the files below a folder that are in conflict in git's index."""
    listed = _run(folder, "ls-files", "-z", "--unmerged", "--", ".").split(b"\0")
    return sorted({os.fsdecode(each.partition(b"\t")[2]) for each in listed if each})


def stash(folder: Path, message: str) -> str:
    """Put the changes of the project's tracked files aside, and return the commit that holds them.

    Raises:
        IOFailure: git failed.
    """
    _run(folder, "stash", "push", "--quiet", f"--message={message}", "--", ".")
    return _run(folder, "rev-parse", "refs/stash").decode().strip()


def unstash(folder: Path, commit: str) -> None:
    """Restore what was put aside last, if it is still the newest.

    Raises:
        IOFailure: git failed.
    """
    if _run(folder, "rev-parse", "refs/stash").decode().strip() == commit:
        _run(folder, "stash", "pop", "--quiet", "--index")


def mark_conflicts(folder: Path, conflicts: Iterable[tuple[str, Sequence[Stage]]]) -> None:
    """Put all versions of files in conflict into git's index, as a merge does.

    Args:
        folder: The project's folder.
        conflicts: Each file, relative to the folder, with its versions.

    Raises:
        IOFailure: git failed.
    """
    prefix = _run(folder, "rev-parse", "--show-prefix").rstrip(b"\n")
    lines = []
    for path, stages in conflicts:
        lines += _lines(folder, prefix + os.fsencode(path), _as_committed(folder, path, stages))
    if lines:
        _run(folder, "update-index", "-z", "--index-info", fed=b"".join(lines))


def _as_committed(folder: Path, path: str, stages: Sequence[Stage]) -> Iterator[Stage]:
    """Yield the versions of a file with the line ends that git keeps of it, where `core.autocrlf` or the like differs.

    With those of the work tree in the index, `git add` would keep them, and commit a change of every line.
    """
    kept = committed(folder, path)
    for each in stages:
        is_plain = kept is not None and b"\r\n" not in kept and b"\0" not in each.content
        yield replace(each, content=each.content.replace(b"\r\n", b"\n")) if is_plain else each


def names_here(folder: Path, changed: Sequence[str]) -> list[str]:
    """Return paths as `state` has them, relative to a folder of the repository instead of its root."""
    prefix = os.fsdecode(_run(folder, "rev-parse", "--show-prefix").rstrip(b"\n"))
    return [path.removeprefix(prefix) for path in changed]


def restore(folder: Path) -> None:
    """Restore the tracked files below a folder, and git's index for them, from the current commit.

    Raises:
        IOFailure: git failed.
    """
    _run(folder, "reset", "--quiet", "--", ".")
    _run(folder, "checkout", "--quiet", "--", ".")


def _lines(folder: Path, path: bytes, stages: Iterable[Stage]) -> list[bytes]:
    found = [b"0 " + b"0" * 40 + b"\t" + path + b"\0"]
    for each in stages:
        name = _run(folder, "hash-object", "-w", "--stdin", "--no-filters", fed=each.content).strip()
        found.append(f"{each.mode} {name.decode()} {each.number}\t".encode() + path + b"\0")
    return found


def forget_staged(folder: Path, paths: Sequence[str]) -> None:
    """Set git's index back to the current commit for some files of a project.

    Raises:
        IOFailure: git failed.
    """
    if paths:
        listed = b"".join(os.fsencode(path) + b"\0" for path in paths)
        _run(folder, "reset", "--quiet", "--pathspec-from-file=-", "--pathspec-file-nul", fed=listed)


def _run(folder: Path, *words: str, fed: bytes | None = None, may_fail: bool = False) -> bytes:
    refuse_unusual(folder)
    program = process.which("git", os.environ.get("PATH", os.defpath))
    if program is None:
        raise ToolMissing(
            what="git is not installed",
            where=str(folder),
            why="the project is in a git repository, whose state an update has to know",
            fix="install git and run the same command again",
        )
    with scratch() as place:
        log, feed = place / "git.log", place / "input" if fed is not None else None
        if feed is not None:
            feed.write_bytes(fed or b"")
        argv = [program, *OPTIONS, "--literal-pathspecs", *words]
        ran = process.run(argv, cwd=folder, env={**os.environ, **VARIABLES}, log=log, limit=LIMIT, feed=feed)
        output = log.read_bytes()
    if ran.is_ok or may_fail:
        return output if ran.is_ok else b""
    raise IOFailure(
        what="git failed",
        where=str(folder),
        why=ran.output.strip() or f"git {words[0]} ended with code {ran.code}",
        fix="fix the cause, and run the same command again",
    )
