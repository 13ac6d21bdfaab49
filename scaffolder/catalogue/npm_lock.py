"""Reads npm's lock file, and completes it so that every platform can install from it, and from any registry.

Not here: resolving it (`pin.py`).
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

PLATFORM = re.compile(r"-(?P<os>darwin|linux|windows)-(?P<cpu>64|arm64)\Z")
"""The names of workerd's own packages; source: their package.json files."""

SYSTEMS = {"darwin": "darwin", "linux": "linux", "windows": "win32"}
PROCESSORS = {"64": "x64", "arm64": "arm64"}


def completed(lock: str) -> str:
    """Return a lock without addresses, and with an entry for every platform.

    Without an address, npm asks the user's own registry. An entry that npm left out, because the registry that
    resolved the lock lacks that platform, gets a version and no hash: without it, `npm ci` refuses the lock as
    incomplete.

    Args:
        lock: The text that npm wrote.
    """
    document = json.loads(lock)
    packages: dict[str, dict[str, Any]] = document["packages"]
    for package in packages.values():
        package.pop("resolved", None)
    for package in list(packages.values()):
        for name, version in package.get("optionalDependencies", {}).items():
            _add_platform(packages, name, version)
    document["packages"] = dict(sorted(packages.items()))
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def packages(lock: Path) -> set[tuple[str, str]]:
    """Return the path and the version of every package in a lock file but the root."""
    listed = json.loads(lock.read_text(encoding="utf-8")).get("packages", {})
    return {(path, package.get("version", "")) for path, package in listed.items() if path}


def _add_platform(packages: dict[str, dict[str, Any]], name: str, version: str) -> None:
    path = f"node_modules/{name}"
    platform = PLATFORM.search(name)
    if path in packages or platform is None:
        return
    packages[path] = {
        "version": version,
        "cpu": [PROCESSORS[platform["cpu"]]],
        "optional": True,
        "os": [SYSTEMS[platform["os"]]],
    }
    if any("dev" in package for package in packages.values()):
        packages[path]["dev"] = True
