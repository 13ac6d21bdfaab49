"""The data in `wasm_crates.toml`: packages that do not work in a worker, and how Cargo.lock shows it.

Not here: which packages a worker is built from (`wasm_graph.py`).
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from scaffolder.checks.semver import numbers
from scaffolder.reading.config.cargo_lock import Lock, Package
from scaffolder.reading.config.cargo_manifest import Dependency

FILE = Path(__file__).with_name("wasm_crates.toml")


@dataclass(frozen=True)
class Versions:
    """A package in a half-open range of versions.

    Args:
        name: The package's name.
        versions: The first version of the range, and the first one after it.
    """

    name: str
    versions: tuple[str, str]

    def hold(self, package: Package) -> bool:
        """Return whether a package is one of these."""
        first, end = map(numbers, self.versions)
        return package.name == self.name and first <= numbers(package.version) < end


@dataclass(frozen=True)
class Unbuildable(Versions):
    """A package that does not build for wasm.

    Args:
        problem: What is wrong, as a phrase without a subject.
        fix: How to fix it.
        source: Where its authors write so.
        has: It does not build if it needs one of these.
        features: Its features that add one of `has`.
        lacks: It builds if it needs one of these.
        flag: It builds with this `cfg` in RUSTFLAGS.
    """

    problem: str
    fix: str
    source: str
    has: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    flag: str = ""

    def is_shown(self, lock: Lock, package: Package) -> bool:
        """Return whether a lock file shows that a package is one of these, and in the way that does not build."""
        needs = {each.name for each in lock.needs.get(package, ())}
        return self.hold(package) and not needs & {*self.lacks} and (not self.has or bool(needs & {*self.has}))


@dataclass(frozen=True)
class Edge(Versions):
    """What is known of a package's dependencies.

    Args:
        needs: The dependencies.
        built: Whether they are part of a worker: `always`, `enabled` or `never`.
    """

    needs: tuple[str, ...]
    built: str


@dataclass(frozen=True)
class Feature(Versions):
    """Features of a package that certainly add others.

    Args:
        features: Any of these.
        adds: The packages, each of which needs the next.
    """

    features: tuple[str, ...]
    adds: tuple[str, ...]


@dataclass(frozen=True)
class Call(Versions):
    """A function that panics in a worker.

    Args:
        path: Its full path.
        lacks: It does not panic if its package needs one of these.
        feature: The feature that it needs.
        source: Where its authors write so.
    """

    path: str
    lacks: tuple[str, ...]
    feature: str
    source: str


def unbuildable() -> Iterator[Unbuildable]:
    """Yield the packages that do not build for wasm."""
    return (Unbuildable(**table) for table in _tables("crate"))


def built(package: Package, needed: Package) -> str:
    """Return when a dependency is part of a worker: `always`, `enabled`, `never`, or empty if that is unknown."""
    edges = (Edge(**table) for table in _tables("edge"))
    return next((each.built for each in edges if needed.name in each.needs and each.hold(package)), "")


def added(dependency: Dependency, package: Package) -> Iterator[tuple[str, ...]]:
    """Yield the packages that the features of a dependency certainly add, each needed by the one before it."""
    enabled = {*dependency.features, *(["default"] if dependency.has_defaults else [])}
    for feature in (Feature(**table) for table in _tables("feature")):
        if feature.hold(package) and enabled & {*feature.features}:
            yield feature.adds


def enables(kind: Unbuildable, dependency: Dependency) -> bool:
    """Return whether the features of a dependency certainly add what keeps the same package from building."""
    return dependency.package == kind.name and bool({*dependency.features} & {*kind.features})


def calls() -> Iterator[Call]:
    """Yield the functions that panic in a worker."""
    return (Call(**table) for table in _tables("call"))


def panics(call: Call, lock: Lock) -> bool:
    """Return whether, by a lock file, a function certainly panics."""
    packages = lock.named(call.name)
    needs = {each.name for package in packages for each in lock.needs.get(package, ())}
    return bool(packages) and all(map(call.hold, packages)) and not needs & {*call.lacks}


@cache
def _tables(kind: str) -> list[dict[str, Any]]:
    listed = tomllib.loads(FILE.read_text(encoding="utf-8"))[kind]
    return [{key: tuple(each) if isinstance(each, list) else each for key, each in table.items()} for table in listed]
