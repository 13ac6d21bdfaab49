"""Fetches a template's repository into a bare clone, and takes the files of one of its commits.

No hook, filter of the repository or submodule is run, and nothing is asked at the terminal.

Not here: which commit is wanted (`template_versions.py`).
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from scaffolder.core.errors import BadInput, IOFailure, ToolMissing
from scaffolder.system import process
from scaffolder.system.scratch import scratch

LIMIT = 300.0
"""Seconds after which fetching is ended."""

SHORT = {"gh:": "https://github.com/", "gl:": "https://gitlab.com/"}
"""Copier's short forms of addresses."""

SAFE = (
    *("-c", "core.hooksPath=/dev/null"),
    *("-c", "protocol.ext.allow=never"),
    *("-c", "core.fsmonitor=false"),
    *("-c", "advice.detachedHead=false"),
    # A server that says nothing for half a minute is out of reach.
    *("-c", "http.lowSpeedLimit=1", "-c", "http.lowSpeedTime=30"),
)
VARIABLES = {"GIT_TERMINAL_PROMPT": "0", "GCM_INTERACTIVE": "never", "GIT_LFS_SKIP_SMUDGE": "1", "LC_ALL": "C"}


def address(source: str) -> str:
    """Return the address that git takes for a source as Copier records it.

    Raises:
        BadInput: It is none.
    """
    text = source.removeprefix("git+")
    for short, url in SHORT.items():
        if text.startswith(short):
            path = text.removeprefix(short)
            text = f"{url}{path}{'' if path.endswith('.git') else '.git'}"
    if not text or text.startswith("-") or re.match(r"\w+::", text):
        raise BadInput(
            what="the template's source is not an address",
            where=shown(source),
            why="git takes a URL, a path, or user@host:path",
            fix="correct `_src_path` in .copier-answers.yml",
        )
    return text


def shown(source: str) -> str:
    """Return a source without a password in it."""
    return re.sub(r"(://)[^/@]*@", r"\1", source)


def is_redirected(source: str) -> bool:
    """Return whether the user's git takes another address in place of a source's, by `url.<base>.insteadOf`."""
    url = address(source)
    try:
        found = run(Path.cwd(), "ls-remote", "--get-url", url, source=source).strip()
    except (IOFailure, ToolMissing):
        return False
    return found != url


def clone(source: str, folder: Path, home: Path) -> None:
    """Fetch all commits and tags of a source into a bare repository.

    Args:
        source: The source, as Copier records it.
        folder: The new repository.
        home: The folder that a relative path is seen from.

    Raises:
        BadInput: The source is no address.
        IOFailure: It cannot be reached, or git failed.
        ToolMissing: git is not installed.
    """
    url = address(source)
    place = home / Path(url).expanduser() if url.startswith((".", "~", "/")) else None
    named = str(place.resolve()) if place is not None and place.exists() else url
    run(folder.parent, "clone", "--quiet", "--mirror", "--template=", "--", named, str(folder), source=source)


def clone_work_tree(source: str, folder: Path) -> None:
    """Clone a repository with a work tree, without its submodules.

    Raises:
        BadInput: The source is no address.
        IOFailure: It cannot be reached, or git failed.
        ToolMissing: git is not installed.
    """
    words = ("clone", "--quiet", "--no-recurse-submodules", "--template=")
    run(folder.parent, *words, "--", address(source), str(folder), source=source)


def tags(repository: Path) -> list[str]:
    """Return the tags of a repository."""
    return run(repository, "for-each-ref", "--format=%(refname:strip=2)", "refs/tags", source="").split()


def commit_of(repository: Path, name: str) -> str:
    """Return the full name of the commit that a tag, a branch, a hash or a description names; empty if none."""
    # A description, such as v1.0.0-2-gabc1234, is one, too.
    if not re.fullmatch(r"[\w][\w./+-]*", name):
        return ""
    try:
        return run(
            repository, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}", source=""
        ).strip()
    except IOFailure:
        return ""


def described(repository: Path, commit: str) -> str:
    """Return the name that Copier records for a commit."""
    return run(repository, "describe", "--tags", "--always", commit, source="").strip()


def take_files(repository: Path, commit: str, folder: Path) -> None:
    """Write the files of a commit into a new folder.

    Raises:
        IOFailure: git failed.
    """
    folder.mkdir(parents=True)
    with scratch() as place:
        variables = {
            "GIT_INDEX_FILE": str(place / "index"),
            "GIT_DIR": str(_home(repository)),
            "GIT_WORK_TREE": str(folder),
        }
        run(folder, "checkout", "--quiet", "--force", commit, "--", ".", source="", **variables)


def _home(repository: Path) -> Path:
    return repository / ".git" if (repository / ".git").exists() else repository


def run(folder: Path, *words: str, source: str, **variables: str) -> str:
    """Run git, and return what it printed; it asks nothing, and runs no hooks.

    Args:
        folder: The folder that it is run in.
        words: Its arguments.
        source: The address that it fetches from, for messages; empty if it fetches nothing.
        variables: More variables of its environment.

    Raises:
        IOFailure: It failed.
        ToolMissing: git is not installed.
    """
    program = process.which("git", os.environ.get("PATH", os.defpath))
    if program is None:
        raise ToolMissing(
            what="git is not installed",
            where=shown(source) or str(folder),
            why="the template's repository has to be read",
            fix="install git and run the same command again",
        )
    environment = {**os.environ, **VARIABLES, **variables}
    with scratch() as place:
        log = place / "git.log"
        ran = process.run([program, *SAFE, *words], cwd=folder, env=environment, log=log, limit=LIMIT)
    if not ran.is_ok:
        raise IOFailure(
            what="cannot read the template's repository",
            where=shown(source) or str(folder),
            why=shown(ran.output.strip()) or f"git {words[0]} ended with code {ran.code}",
            fix="check the address and the network, and run the same command again",
        )
    return ran.output
