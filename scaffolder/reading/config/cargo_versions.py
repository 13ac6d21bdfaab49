"""Finds the version of a package that a worker is built with, and reads Cargo's version requirements.

The locked version counts; where no lock has a fitting one, it is the newest that Cargo.toml allows, which is what Cargo
takes.

Not here: what a version offers (`worker_api.py`), and which versions have to go together (`dependencies.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from scaffolder.reading.project import Worker

Version = tuple[int, int, int]

ANY = 1_000_000
"""A number above those of all releases: the newest patch of a minor version, or the newest minor version."""

COMPARATOR = re.compile(r"\s*(\^|~|=|>=|<=|>|<|)\s*v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?P<wild>(?:\.[*xX])*)(?![.\d])")


@dataclass(frozen=True)
class UsedVersion:
    """The version of a package that a worker is built with.

    Args:
        package: The package.
        numbers: Its numbers; `ANY` stands for the newest one.
        written: How it is written: a version in a lock, or a requirement.
        file: Where it is written.
    """

    package: str
    numbers: Version
    written: str
    file: str


def used_version(worker: Worker, package: str) -> UsedVersion | None:
    """Return the version of a package that a worker is built with, or None if nothing names one."""
    manifest = worker.cargo
    named = manifest.named(package) if manifest else []
    requirement = next((each.requirement for each in named if each.requirement), "*")
    lowest, end = bounds(requirement)
    locked = worker.lock.versions.get(package, ()) if worker.lock else ()
    fitting = [each for each in locked if lowest <= version(each) < end]
    if worker.lock and fitting:
        newest = max(fitting, key=version)
        return UsedVersion(package, version(newest), newest, worker.lock.file)
    if manifest is None or requirement == "*":
        return None
    return UsedVersion(package, _newest_below(end), requirement, manifest.document.file)


def version(text: str) -> Version:
    """Return the numbers of a version, without its pre-release."""
    found = [int(each) for each in re.findall(r"\d+", re.split(r"[-+]", text)[0])]
    return _padded(found[:3])


def bounds(requirement: str) -> tuple[Version, Version]:
    """Return the lowest version that a requirement allows, and the first above all that it allows."""
    found = [*_comparators(requirement)]
    lowest = max((low for low, _ in found), default=(0, 0, 0))
    return lowest, min((end for _, end in found), default=(ANY, 0, 0))


def _comparators(requirement: str) -> Iterator[tuple[Version, Version]]:
    """Yield the bounds of each comparator of a requirement; one that Cargo refuses or that allows all has none."""
    for part in requirement.split(","):
        found = COMPARATOR.match(part)
        if found is not None:
            given = [int(each) for each in found.groups()[1:4] if each is not None]
            yield _bounds(found[1] or ("=" if found["wild"] else "^"), given)


def _bounds(operator: str, given: list[int]) -> tuple[Version, Version]:
    low, above = _padded(given), _raised(given, len(given) - 1)
    lowest, end = {
        "=": (low, above),
        "~": (low, _raised(given, min(1, len(given) - 1))),
        ">=": (low, (ANY, 0, 0)),
        ">": (above, (ANY, 0, 0)),
        "<": ((0, 0, 0), low),
        "<=": ((0, 0, 0), above),
    }.get(operator, (low, _raised(given, _first_number(given))))
    return lowest, end


def _first_number(given: list[int]) -> int:
    """Return the place of the first number that is not zero, or else of the last one: what `^` holds fast."""
    return next((place for place, number in enumerate(given) if number), len(given) - 1)


def _raised(given: list[int], place: int) -> Version:
    return _padded([*given[:place], given[place] + 1])


def _padded(given: list[int]) -> Version:
    major, minor, patch = [*given, 0, 0, 0][:3]
    return major, minor, patch


def _newest_below(end: Version) -> Version:
    major, minor, patch = end
    if patch:
        return major, minor, patch - 1
    return (major, minor - 1, ANY) if minor else (max(major - 1, 0), ANY, ANY)
