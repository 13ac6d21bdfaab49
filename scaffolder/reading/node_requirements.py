"""Reads which npm packages a project asks for: package.json, and the lock of whichever package manager it uses.

Not here: installing them (`node_packages.py`), and making a lock (`npm_lock.py`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scaffolder.core.errors import BadInput
from scaffolder.reading.releases import numbers
from scaffolder.system import untrusted_files

NPM = ("npm-shrinkwrap.json", "package-lock.json")
"""npm's own locks, the one that counts first."""

OTHERS = {
    "pnpm-lock.yaml": re.compile(r"^\s+'?/?wrangler[@/](\d[^:('\s]*)", re.MULTILINE),
    "yarn.lock": re.compile(r"^\"?wrangler@[^\n]*:\n\s+version:? \"?(\d[^\"\s]*)", re.MULTILINE),
    "bun.lock": re.compile(r"\[\s*\"wrangler@(\d[^\"]*)\""),
}
"""The locks of other package managers, each with the version of wrangler in it."""

ANY = {"", "*", "x", "latest"}


@dataclass(frozen=True)
class LockedWrangler:
    """The wrangler that a project's lock has.

    Args:
        version: Its version.
        file: The name of the lock.
    """

    version: str
    file: str


def npm_lock(folder: Path) -> Path | None:
    """Return npm's lock in a folder, or None."""
    return next((folder / name for name in NPM if (folder / name).is_file()), None)


def locked_wrangler(folder: Path) -> LockedWrangler | None:
    """Return the wrangler that the lock in a folder has, or None.

    Raises:
        BadInput: npm's lock does not parse.
    """
    lock = npm_lock(folder)
    if lock is not None:
        try:
            version = dict(packages(lock)).get("node_modules/wrangler")
        except (ValueError, AttributeError) as error:
            raise BadInput(
                what=f"{lock.name} cannot be read", where=str(lock), why=str(error), fix="run: npm install"
            ) from error
        return LockedWrangler(version, lock.name) if version else None
    for name, pattern in OTHERS.items():
        if found := pattern.search(untrusted_files.searchable(folder / name)):
            return LockedWrangler(found[1], name)
    return None


def packages(lock: Path) -> set[tuple[str, str]]:
    """Return the path and the version of every package in npm's lock but the root.

    Raises:
        BadInput: It is not a regular file, or too large.
        ValueError: It does not parse.
        AttributeError: Its packages are not tables.
    """
    listed = untrusted_files.json_file(lock).get("packages", {})
    return {(path, package.get("version", "")) for path, package in listed.items() if path}


def needed(folder: Path) -> dict[str, str]:
    """Return the packages that package.json asks for, each with its requirement; empty if it cannot be read."""
    manifest = _json(folder / "package.json")
    tables = (manifest.get("dependencies"), manifest.get("devDependencies"))
    return {str(name): str(value) for table in tables if isinstance(table, dict) for name, value in table.items()}


def installed(modules: Path, package: str) -> str:
    """Return the version of an installed package, or an empty string.

    Args:
        modules: The folder `node_modules`.
        package: The package.
    """
    return str(_json(modules / package / "package.json").get("version", ""))


def satisfies(version: str, requirement: str) -> bool:
    """Return whether a version certainly fulfils a requirement of package.json; other forms than the usual never do."""
    if version and version == requirement:
        return True
    found = re.fullmatch(r"(\^|~|>=|=|v)?\s*(\d+(?:\.\d+){0,2})(?:\.[x*])*", requirement.strip())
    if not version or not found:
        return bool(version) and requirement.strip() in ANY
    has, wanted = numbers(version), numbers(found[2])
    if found[1] == ">=":
        return has >= wanted
    if found[1] in {"^", "~"}:
        # Of a version 0.y, every y may break what used it.
        same = 1 if found[1] == "^" and wanted[0] else 2
        return has >= wanted and has[:same] == wanted[:same]
    return has[: len(wanted)] == wanted


def _json(file: Path) -> dict[str, Any]:
    try:
        found = untrusted_files.json_file(file)
    except (OSError, BadInput, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
