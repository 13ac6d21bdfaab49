"""The data in `wasm_crates.toml`, packages that do not work in a worker, and the way to them through Cargo.lock.

Not here: reporting them (`unbuildable_crates.py`).
"""

from __future__ import annotations

import re
import tomllib
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from scaffolder.core.findings import Span
from scaffolder.reading.config.cargo_manifest import Dependency, Lock, Manifest, Package
from scaffolder.reading.project import Worker
from scaffolder.reading.releases import numbers
from scaffolder.reading.rust.cfg import holds

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
        lacks: It builds if it needs one of these.
        flag: It builds with this `cfg` in RUSTFLAGS.
        features: It builds if it has none of these, where any are given.
        unless: It builds if it has one of these.
    """

    problem: str
    fix: str
    source: str
    lacks: tuple[str, ...] = ()
    flag: str = ""
    features: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()


@dataclass(frozen=True)
class Needs(Versions):
    """What a package certainly needs.

    Args:
        adds: The packages, each of which is needed by the one before it.
        features: Its features that add them; empty if it needs them in any case.
    """

    adds: tuple[str, ...]
    features: tuple[str, ...] = ()


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


def added(package: Package, features: frozenset[str]) -> Iterator[tuple[str, ...]]:
    """Yield the packages that another one with some features certainly needs, each by way of the one before it."""
    for needs in (Needs(**table) for table in _tables("needs")):
        if needs.hold(package) and (not needs.features or features & {*needs.features}):
            yield needs.adds


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


@dataclass(frozen=True)
class Built:
    """A package that is certainly built for a worker.

    Args:
        package: The package.
        path: The packages that lead to it, from a direct dependency up to itself.
        features: The features that a manifest enables, if it is a direct dependency.
        span: The place of the direct dependency.
    """

    package: Package
    path: tuple[Package, ...]
    features: frozenset[str]
    span: Span


def built(worker: Worker, lock: Lock) -> list[Built]:
    """Return the packages that are certainly built for a worker, as far as their needs are known.

    One that is a direct dependency and is needed by another one, too, is listed for both.
    """
    found: dict[tuple[Package, bool], Built] = {}
    waiting = deque(root for manifest in manifests(worker) for root in _roots(manifest, lock))
    while waiting:
        each = waiting.popleft()
        key = (each.package, each.path == (each.package,))
        if key not in found:
            found[key] = each
            waiting += (_further(each, path) for path in _paths(lock, each))
    return list(found.values())


def _further(before: Built, path: tuple[Package, ...]) -> Built:
    return Built(path[-1], (*before.path, *path), frozenset(), before.span)


def _paths(lock: Lock, start: Built) -> Iterator[tuple[Package, ...]]:
    """Yield each way from a package to one that it certainly needs."""
    for names in added(start.package, start.features):
        path = [start.package]
        for name in names:
            listed = [each for each in lock.needs.get(path[-1], ()) if each.name == name] or lock.named(name)
            if len(listed) != 1:
                break
            path.append(listed[0])
            yield tuple(path[1:])


def manifests(worker: Worker) -> list[Manifest]:
    """Return the manifests of the worker's crate, and of the crates that it certainly needs by path."""
    beside = {each.name: each for each in worker.manifests_beside}
    found = [worker.cargo] if worker.cargo else []
    for manifest in found:
        named = (beside.get(each.package) for each in manifest.dependencies() if each.folder and is_plain(each))
        found += [each for each in named if each is not None and each not in found]
    return found


def is_plain(dependency: Dependency) -> bool:
    """Return whether a dependency is always built for a worker."""
    is_here = dependency.path[0] == "dependencies" or _is_for_wasm(str(dependency.path[1]))
    return is_here and not dependency.is_optional


def _is_for_wasm(target: str) -> bool:
    found = re.fullmatch(r"cfg\((.*)\)", target, re.DOTALL)
    return target == "wasm32-unknown-unknown" or (found is not None and holds(found[1]) is True)


def _roots(manifest: Manifest, lock: Lock) -> Iterator[Built]:
    plain = [each for each in manifest.dependencies() if is_plain(each)]
    for dependency in plain:
        package = _resolved(manifest, dependency, lock)
        if package is not None:
            same = [each for each in plain if each.package == dependency.package]
            features = frozenset(word for each in same for word in _features(each))
            yield Built(package, (package,), features, manifest.document.key(*dependency.path))


def _features(dependency: Dependency) -> tuple[str, ...]:
    return (*dependency.features, "default") if dependency.has_defaults else dependency.features


def _resolved(manifest: Manifest, dependency: Dependency, lock: Lock) -> Package | None:
    """Return the package that a dependency means; None if it may be one of several."""
    own = [each for local in lock.local if local.name == manifest.name for each in lock.needs.get(local, ())]
    found = [each for each in own if each.name == dependency.package] or lock.named(dependency.package)
    start = re.match(r"[\^=~]?\s*(\d+(?:\.\d+)?)", dependency.requirement)
    series = [each for each in found if start and f"{each.version}.".startswith(f"{start[1]}.")]
    chosen = series if len(found) > 1 else found
    return chosen[0] if len(chosen) == 1 else None
