"""Measures `scaffold fleet` on many local repositories: the report, and an update of all of them without a build.

The projects are copies of one of each template, as an earlier version of this catalogue makes them. The later version
differs in its number, a date, and the ignore file of every project.

Not here: the other measurements (`measures.py`), and the table (`page.py`).
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

COUNT = 300

LATER = {
    "templates/_shared/versions.yml": (
        ('&catalogue_version "0.1.0"', '&catalogue_version "0.2.0"'),
        ('&compatibility_date "2026-11-17"', '&compatibility_date "2026-11-24"'),
    ),
    "templates/_shared/gitignore": (("target/\n", "target/\n*.log\n"),),
}
"""The lines of the catalogue that the later version changes."""

IDENTITY = ("-c", "user.name=A Tester", "-c", "user.email=tester@example.com", "-c", "commit.gpgsign=false")


def measure(clone: Path, span: Path) -> dict[str, Any]:
    """Return the seconds of a report and of an update of `COUNT` repositories.

    Args:
        clone: A clone of the catalogue.
        span: A folder to work in.
    """
    earlier, later = (Path(shutil.copytree(clone, span / name, ignore=_history)) for name in ("earlier", "later"))
    variables = {**os.environ, "SCAFFOLD_CACHE": str(span / "cache")}
    listed = span / "fleet" / "fleet.txt"
    _make(earlier, listed, variables)
    _release(earlier, later, span)
    load = round(os.getloadavg()[0])
    before = _run(later, [str(listed)], variables)
    updated = _run(later, [str(listed), "update", "--no-validate"], variables)
    after = _run(later, [str(listed)], variables)
    return {
        "projects": COUNT,
        "load": load,
        "behind": [before["summary"]["behind"], after["summary"]["behind"]],
        "updated": updated["summary"].get("updated", 0),
        "seconds": {name: run["took"] for name, run in (("report", before), ("update", updated), ("again", after))},
        "processor": {
            name: run["processor"] for name, run in (("report", before), ("update", updated), ("again", after))
        },
    }


def _history(_folder: str, names: list[str]) -> list[str]:
    return [name for name in names if name == ".git"]


def _make(catalogue: Path, listed: Path, variables: dict[str, str]) -> None:
    """Make the projects, each a repository with one commit, and their list."""
    front = [sys.executable, str(catalogue / "scaffold.py")]
    known = subprocess.run([*front, "list", "--json"], env=variables, check=True, capture_output=True, text=True)
    ids = [each["id"] for each in json.loads(known.stdout)["templates"]]
    options = ["--defaults", "--no-git", "--no-validate"]
    for id_ in ids:
        words = ["new", str(listed.parent / "models" / id_), "--template", id_, *options]
        subprocess.run([*front, *words], env=variables, check=True, capture_output=True)
    for number in range(COUNT):
        folder = listed.parent / f"worker-{number:03}"
        shutil.copytree(listed.parent / "models" / ids[number % len(ids)], folder)
        for command in (["init", "--quiet"], ["add", "--all"], [*IDENTITY, "commit", "--quiet", "--message=Start"]):
            subprocess.run(["git", *command], cwd=folder, check=True)
    listed.write_text("".join(f"worker-{number:03}\n" for number in range(COUNT)), encoding="utf-8")


def _release(earlier: Path, later: Path, span: Path) -> None:
    """Make the later version of the catalogue, which carries the earlier one as a release."""
    # A Python that has all packages itself gets no environment.
    python = next((span / "cache").glob("python-*/bin/python"), sys.executable)
    subprocess.run([str(python), "-m", "scaffolder.catalogue.release"], cwd=earlier, check=True, capture_output=True)
    for archive in (earlier / "releases").glob("*.tar.xz"):
        shutil.copy2(archive, later / "releases")
    for name, changes in LATER.items():
        text = (later / name).read_text(encoding="utf-8")
        for before, after in changes:
            if before not in text:
                raise SystemExit(f"{name} has no {before!r} any more")
            text = text.replace(before, after)
        (later / name).write_text(text, encoding="utf-8")


def _run(catalogue: Path, words: list[str], variables: dict[str, str]) -> dict[str, Any]:
    """Run `scaffold fleet`, and return its document with the seconds that it took."""
    before, started = os.times(), time.monotonic()
    ran = subprocess.run(
        [sys.executable, str(catalogue / "scaffold.py"), "fleet", *words, "--json"],
        env=variables,
        check=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    took, after = time.monotonic() - started, os.times()
    processor = after.children_user + after.children_system - before.children_user - before.children_system
    document: dict[str, Any] = json.loads(ran.stdout)
    return {**document, "took": round(took, 1), "processor": round(processor, 1)}
