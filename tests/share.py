"""What a run tries of what grows with the catalogue: what the change touches, then a rotating share of the others.

What a run may take does not grow with the catalogue, so each live test names how much of it one run tries. A template
counts as touched if its rendered project, smoke test or breakages differ from those of the commit that the change
starts from. The share of the others follows from the commit, so a failure comes again when it is tried again.

Not here: the tests; with `-m long` they leave nothing out.
"""

from __future__ import annotations

import io
import subprocess
import tarfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import pytest
from _pytest.mark import ParameterSet
from copier.errors import CopierError

from .conftest import ROOT, Tree, copy_plainly, copy_work_tree, git, tree

Item = TypeVar("Item")

RECORD = ".copier-answers.yml"
"""The one rendered file that names a commit, and so always differs."""


def share(items: Sequence[Item], size: int, turn: int, is_touched: Callable[[Item], bool]) -> list[Item]:
    """Return at most `size` items: the touched ones first, then the others, each from a place that `turn` names."""
    touched = [item for item in items if is_touched(item)]
    others = [item for item in items if not is_touched(item)]
    return [*_rotated(touched, turn), *_rotated(others, turn)][:size]


def parameters(items: Sequence[Item], size: int) -> list[ParameterSet]:
    """Return all items as the parameters of a test; of those, a run tries a share of `size` unless it has `-m long`."""
    shared = share(items, size, turn(ROOT), lambda _: False)
    return [pytest.param(item, marks=[] if item in shared else [pytest.mark.long]) for item in items]


def turn(repository: Path) -> int:
    """Return the number of the commit that is checked out."""
    return int(git(repository, "rev-parse", "HEAD")[:8], 16)


def touched(repository: Path, ids: Sequence[str], place: Path) -> set[str]:
    """Return the templates whose rendered output differs from that of the commit that the change starts from.

    Args:
        repository: A clone of the catalogue; its work tree counts, not its index.
        ids: The templates to compare.
        place: An empty folder to render into.
    """
    base = _base(repository)
    if not base:
        return set()
    packed = subprocess.run(
        ["git", "archive", base, "copier.yml", "templates"], cwd=repository, check=True, capture_output=True
    )
    with tarfile.open(fileobj=io.BytesIO(packed.stdout)) as archive:
        archive.extractall(place / "base", filter="data")
    copy_work_tree(place / "now", "copier.yml", "templates", source=repository)
    return {id_ for id_ in ids if _output(place / "base", id_) != _output(place / "now", id_)}


def _rotated(items: list[Item], turn: int) -> list[Item]:
    start = turn % len(items) if items else 0
    return items[start:] + items[:start]


def _base(repository: Path) -> str:
    """Return the commit where the change left the main branch; on that branch, the one before; or nothing."""
    for words in (("merge-base", "HEAD", "origin/main"), ("rev-parse", "--verify", "HEAD^")):
        ran = subprocess.run(["git", *words], cwd=repository, capture_output=True, text=True, check=False)
        if ran.returncode == 0 and ran.stdout != git(repository, "rev-parse", "HEAD"):
            return ran.stdout.strip()
    return ""


def _output(source: Path, id_: str) -> Tree | None:
    """Return the files of a template's project and its own tests; None if it cannot be rendered."""
    project = source / "rendered" / id_
    try:
        copy_plainly(source, project, ref=None, template=id_, worker_name=id_)
    except (CopierError, ValueError):
        return None
    (project / RECORD).unlink()
    own = {name: (0, (source / "templates" / id_ / name).read_bytes()) for name in ("mutations.toml", "smoke.toml")}
    return tree(project) | own
