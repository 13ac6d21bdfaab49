"""Two versions of the catalogue: that of the work tree, and a later one that `catalogue_0.2.0.patch` makes of it.

The later one carries the release of the earlier one, as every program carries the releases before it.
"""

from __future__ import annotations

import re
from pathlib import Path

from scaffolder.catalogue import manifests, release

from .conftest import ROOT, copy_work_tree, git

PATCH = ROOT / "tests" / "catalogue_0.2.0.patch"
PARTS = ("copier.yml", "templates", "CHANGELOG.md", "releases")
OLD, NEW = "0.1.0", "0.2.0"


def make_old(folder: Path) -> None:
    """Copy the catalogue of the work tree into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    copy_work_tree(folder, *PARTS)


def make_new(folder: Path, old: Path) -> None:
    """Make the later catalogue in a folder, with the earlier one as a release."""
    make_old(folder)
    # A template that was added since may stand between a change and the lines around it.
    git(folder, "apply", "-C0", "--whitespace=nowarn", str(PATCH))
    # The whole folder, whatever its files are by now.
    (folder / "templates" / "bindings").rename(folder / "templates" / "settings")
    for lock in folder.glob("templates/*/Cargo.lock"):
        text = lock.read_text(encoding="utf-8")
        lock.write_text(
            re.sub(r'(name = "worker"\nversion = )"[^"]+"', rf'\1"{worker(folder)}"', text), encoding="utf-8"
        )
    release.pack(old, folder / "releases")


def worker(catalogue: Path) -> str:
    """Return the version of the `worker` crate that a catalogue pins."""
    text = (catalogue / "templates" / "_shared" / "versions.yml").read_text(encoding="utf-8")
    found = re.search(r'&worker "([^"]+)"', text)
    assert found
    return found[1]


def use(catalogue: Path) -> None:
    """Make a catalogue that of the program."""
    manifests.INSIDE_WHEEL = catalogue
    manifests.pins.cache_clear()
