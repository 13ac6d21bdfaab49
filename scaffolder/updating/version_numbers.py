"""Reads the numbers of versions, which tell the order of releases.

Not here: the versions themselves (`template_versions.py`).
"""

from __future__ import annotations

import re

RELEASE = re.compile(r"v?(\d+(?:\.\d+)*)")
"""A tag of a release, as Copier takes it; it leaves out pre-releases."""

NUMBERED = re.compile(r"v?(\d+(?:\.\d+)+)|v(\d+)|(\d{1,6})(?=$|-\d+-g)")
"""The number at the beginning of what git describes, unless it is the hash of a commit without one: `89abcde`."""


def numbers(version: str) -> tuple[int, ...]:
    """Return the numbers of a version; none for what is no release."""
    match = NUMBERED.match(version)
    return of_release(next(filter(None, match.groups()))) if match else ()


def of_release(tag: str) -> tuple[int, ...]:
    """Return the numbers of the tag of a release."""
    return tuple(map(int, tag.removeprefix("v").split(".")))
