"""Cargo.lock: the versions of all packages, and which of them needs which.

The file holds what any target, test or build script needs, and each feature that anything enables: an edge that it
lacks does not exist anywhere, and one that it has may not exist in a worker.

Not here: what a crate asks for itself (`cargo_manifest.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from scaffolder.reading.config.document import Document


class Package(NamedTuple):
    """One version of a package."""

    name: str
    version: str


@dataclass(frozen=True)
class Lock:
    """A Cargo.lock.

    Args:
        file: The file, relative to the project's folder.
        versions: The versions of each package.
        on_worker: The packages from registries and repositories that depend on the `worker` crate.
        needs: The packages that each one needs.
        local: The packages that are neither from a registry nor from a repository.
    """

    file: str
    versions: dict[str, tuple[str, ...]] = field(default_factory=dict)
    on_worker: frozenset[str] = frozenset()
    needs: dict[Package, tuple[Package, ...]] = field(default_factory=dict)
    local: frozenset[Package] = frozenset()

    def named(self, name: str) -> list[Package]:
        """Return every version of a package."""
        return [Package(name, version) for version in self.versions.get(name, ())]

    def reached(self, starts: Iterable[Package]) -> set[Package]:
        """Return some packages and all that they need, directly or not."""
        found: set[Package] = set()
        waiting = list(starts)
        while waiting:
            package = waiting.pop()
            if package not in found:
                found.add(package)
                waiting += self.needs.get(package, ())
        return found


def lock(document: Document) -> Lock:
    """Read the packages of a Cargo.lock."""
    found: dict[str, list[str]] = {}
    listed: dict[Package, list[str]] = {}
    local = set()
    for _, table in document.tables("package"):
        package = Package(str(table.get("name")), str(table.get("version")))
        found.setdefault(package.name, []).append(package.version)
        listed[package] = _words(table.get("dependencies"))
        if "source" not in table:
            local.add(package)
    versions = {name: tuple(each) for name, each in found.items()}
    on_worker = {each.name for each, words in listed.items() if each not in local and _names(words) & {"worker"}}
    needs = {each: tuple(_resolved(words, versions)) for each, words in listed.items()}
    return Lock(document.file, versions, frozenset(on_worker), needs, frozenset(local))


def _resolved(words: list[str], versions: dict[str, tuple[str, ...]]) -> Iterable[Package]:
    """Yield the packages that are meant by `name`, or by `name version` where there are several."""
    for word in words:
        name, _, rest = word.partition(" ")
        version = rest.partition(" ")[0]
        yield from (Package(name, each) for each in versions.get(name, (version,)) if version in {"", each})


def _names(words: list[str]) -> set[str]:
    return {word.partition(" ")[0] for word in words}


def _words(value: Any) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else []
