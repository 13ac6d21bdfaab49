"""Finds the packages and files outside of a project that npm reads when it installs the project's packages.

These are the root of the npm workspace that it is in, the package.json of each member, the members that it depends on,
and what it depends on by `file:`, transitively.

Not here: installing them (`pipeline.py`).
"""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from scaffolder.core.errors import BadInput
from scaffolder.system import untrusted_files

PACKAGE = "package.json"
ROOT_FILES = (PACKAGE, "package-lock.json", "npm-shrinkwrap.json", ".npmrc")
TABLES = ("dependencies", "devDependencies", "optionalDependencies", "peerDependencies")


class NpmNeighbours:
    """The npm packages around a project.

    Args:
        project: The project's real folder.
        packages: The folders in it that have a package.json.
    """

    def __init__(self, project: Path, packages: Iterable[Path]) -> None:
        self.root = workspace_root(project)
        """The root of the npm workspace that the project is a member of, or None."""
        self.needed: dict[Path, None] = {}
        """The packages and archives outside of the project that it depends on."""
        members = _members(self.root) if self.root else []
        self._members = {str(_package(each).get("name")): each for each in members}
        waiting = list(packages)
        while waiting:
            for each in self._dependencies(waiting.pop()):
                if not each.is_relative_to(project) and each not in self.needed:
                    self.needed[each] = None
                    waiting.append(each)

    def paths(self) -> Iterator[Path]:
        """Yield all paths that npm reads."""
        if self.root is not None:
            yield from (self.root / name for name in ROOT_FILES)
        yield from (folder / PACKAGE for folder in self._members.values())
        yield from self.needed

    def _dependencies(self, folder: Path) -> Iterator[Path]:
        package = _package(folder)
        for table in TABLES:
            found = package.get(table)
            for name, wanted in found.items() if isinstance(found, dict) else ():
                if isinstance(wanted, str) and wanted.startswith("file:"):
                    yield Path(os.path.normpath(folder / wanted.removeprefix("file:")))
                elif name in self._members:
                    yield self._members[name]


def workspace_root(project: Path, up_to: Path = Path("/")) -> Path | None:
    """Return the root of the npm workspace that lists a project, as npm finds it, or None.

    Args:
        project: The project's folder.
        up_to: The last folder in which it may be.
    """
    above = (folder for folder in project.parents if folder.is_relative_to(up_to))
    return next((folder for folder in above if project in _members(folder)), None)


def _members(root: Path) -> list[Path]:
    """Return the folders that the root of an npm workspace lists; none if it is no such root."""
    listed = _package(root).get("workspaces")
    patterns = listed.get("packages") if isinstance(listed, dict) else listed
    found: dict[Path, None] = {}
    for pattern in patterns if isinstance(patterns, list) else ():
        if not isinstance(pattern, str) or "\0" in pattern:
            continue
        matched = glob.glob(pattern.lstrip("!"), root_dir=root, recursive=True)  # noqa: PTH207 - `./` fails in `Path.glob`
        folders = [Path(os.path.normpath(root / each)) for each in sorted(matched)]
        for folder in (each for each in folders if (each / PACKAGE).is_file() and "node_modules" not in each.parts):
            if pattern.startswith("!"):
                found.pop(folder, None)
            else:
                found[folder] = None
    return list(found)


def _package(folder: Path) -> dict[str, Any]:
    try:
        found = untrusted_files.json_file(folder / PACKAGE)
    except (OSError, ValueError, BadInput):
        # npm refuses it, too, where it needs it.
        return {}
    return found if isinstance(found, dict) else {}
