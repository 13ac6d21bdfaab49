"""Finds the entries of a catalogue's changelog that an update brings and that concern a project's template.

An entry that names other templates at its beginning is left out.

Not here: showing them (`update_preview.py`).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from pathlib import Path

from scaffolder.updating.template_versions import Version
from scaffolder.updating.version_numbers import numbers

CHANGELOG = "CHANGELOG.md"


def between(old: Version, new: Version, template: str) -> list[str]:
    """Return the entries that the new version has and the old one has not.

    Args:
        old: The old version.
        new: The new one.
        template: The template's id in the new version.
    """
    known = {entry for _, entry in _entries(old.folder)}
    others = set(new.templates) - {template}
    found = []
    for version, entry in _entries(new.folder):
        is_later = not version or not known or numbers(version) > numbers(old.number)
        if entry not in known and is_later and not _is_about(entry, others, template):
            found.append(entry)
    return found


def _is_about(entry: str, others: Collection[str], template: str) -> bool:
    """Return whether an entry begins with the names of other templates, and not with this one's."""
    opening = re.match(r"(?:\W*`[\w-]+`(?:,| and|:)?)+", entry)
    named = set(re.findall(r"`([\w-]+)`", opening[0])) if opening else set[str]()
    return bool(named & set(others)) and template not in named


def _entries(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield each entry with the version that it is listed under; what is not released has none."""
    path, version, entry = folder / CHANGELOG, "", ""
    if not path.is_file():
        return
    for line in [*path.read_text(encoding="utf-8", errors="replace").splitlines(), "#"]:
        heading = re.match(r"##\s*\[?v?(\d[\w.]*|Unreleased)", line)
        if line.startswith(("- ", "* ", "#")) and entry:
            yield version, entry
            entry = ""
        if heading:
            version = "" if heading[1] == "Unreleased" else heading[1]
        elif line.startswith(("- ", "* ")):
            entry = line[2:].strip()
        elif entry and line.startswith("  "):
            entry = f"{entry} {line.strip()}"
