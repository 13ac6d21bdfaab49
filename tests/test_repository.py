"""The repository stays light: everybody who copies a template clones all of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import ROOT, git

TEMPLATES = 12
FILES = 1_000
FILES_OF_A_TEMPLATE = 25
"""For each template beyond those for which FILES was set."""

ARCHIVES = 10
PACKED = 1_500_000 + ARCHIVES * 300_000
"""Bytes of a shallow clone's objects.

There were 1,279,981 when this was set, which leaves a sixth for what is written since. An archive of a released
version has about 300 KB and does not pack any smaller; there is room for ten of them, and then the oldest has to go, or
this number has to be argued for.
"""


@pytest.fixture(scope="module")
def shallow(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Clone the last commit alone: no history, and nothing of a work tree that is being changed."""
    folder = tmp_path_factory.mktemp("shallow") / "clone"
    git(ROOT, "clone", "--quiet", "--bare", "--depth", "1", ROOT.as_uri(), str(folder))
    return folder


def names(clone: Path, *words: str) -> list[str]:
    return git(clone, "ls-tree", "--name-only", "-z", *words).rstrip("\0").split("\0")


def test_the_files_are_few(shallow: Path) -> None:
    templates = [name for name in names(shallow, "HEAD:templates") if not name.startswith("_")]

    assert len(names(shallow, "-r", "HEAD")) <= FILES + FILES_OF_A_TEMPLATE * max(0, len(templates) - TEMPLATES)


def test_a_shallow_clone_is_small(shallow: Path) -> None:
    assert sum(path.stat().st_size for path in (shallow / "objects").rglob("*") if path.is_file()) <= PACKED
