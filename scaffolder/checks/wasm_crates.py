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

from scaffolder.reading.config.cargo_lock import Lock, Package
from scaffolder.reading.releases import numbers

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
