"""Takes the addresses out of npm's lock file, so that any registry can serve it.

Not here: resolving it (`pin.py`), and reading a project's (`node_requirements.py`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from scaffolder.core.errors import IOFailure


def portable(lock: str) -> str:
    """Return a lock without addresses, in which every package of every platform has a hash.

    Without an address, npm asks the user's own registry; the hash is then all that tells what it may give.

    Args:
        lock: The text that npm wrote.

    Raises:
        IOFailure: The registry that resolved it lacks a package, or its hash.
    """
    document = json.loads(lock)
    listed: dict[str, dict[str, Any]] = document["packages"]
    for package in listed.values():
        package.pop("resolved", None)
    if lacking := without_hash(listed):
        raise IOFailure(
            what="a lock file would lack hashes",
            where=", ".join(lacking),
            why="the registry serves no such package, or no hash of it; npm would install whatever it gets",
            fix="use a registry that has the packages of all platforms: npm config set registry URL",
        )
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def without_hash(listed: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Return the packages of a lock that have no hash, and the optional ones that are not in it at all.

    npm leaves an optional package out if the registry lacks it. `npm ci` then refuses the lock as incomplete.

    Args:
        listed: The packages of the lock, by their paths.
    """
    optional = {name for package in listed.values() for name in package.get("optionalDependencies", {})}
    # npm leaves out an optional peer, too, but only one that nothing else depends on.
    peers = {name for package in listed.values() for name in package.get("peerDependenciesMeta", {})}
    absent = {name for name in optional - peers if not any(path.endswith(f"node_modules/{name}") for path in listed)}
    return sorted(absent | {path for path, package in listed.items() if path and "integrity" not in package})
