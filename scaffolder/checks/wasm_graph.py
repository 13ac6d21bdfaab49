"""Follows Cargo.lock from a worker's own dependencies to the packages that are certainly built for wasm.

The lock file does not show which of a package's dependencies are those of its build script or of another target. An
edge is followed only where nothing suggests that it is one of these, or where the data on packages states that it is
none.

Not here: which packages do not work there (`wasm_crates.py`).
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from scaffolder.checks import wasm_crates
from scaffolder.core.findings import Span
from scaffolder.reading.config.cargo_lock import Lock, Package
from scaffolder.reading.config.cargo_manifest import Dependency, Manifest
from scaffolder.reading.project import Worker
from scaffolder.reading.rust.cfg import holds

KINDS = ("dependencies", "dev-dependencies", "build-dependencies")

HOST = re.compile(
    r"bindgen|cc|cmake|pkg-config|vcpkg|built|.*[-_](?:build|builder|bindgen|codegen|macros?|derive|impl)"
)
"""Packages that run on the machine that builds."""

MACRO = {"syn", "quote", "proc-macro2"}
"""The packages that a procedural macro needs; all that it needs runs on the machine that builds."""

TARGETS = re.compile(
    r"wasm-bindgen.*|js-sys|web-sys|gloo.*|web-time|wasmtimer|worker|libc|nix|rustix|socket2|winapi|wasi.*|wit-bindgen"
    r"|windows.*|core-foundation.*|security-framework.*|schannel|signal-hook.*|jni|ndk.*|objc.*|redox_syscall"
)
"""The packages that are needed on some targets only: whatever needs one may need others on some targets only, too."""


@dataclass(frozen=True)
class Root:
    """A dependency of a worker that is built for wasm.

    Args:
        dependency: The dependency.
        package: What the lock file resolves it to.
        span: Its place.
    """

    dependency: Dependency
    package: Package
    span: Span


@dataclass(frozen=True)
class Graph:
    """The packages that are certainly built for a worker.

    Args:
        roots: The dependencies in manifests that lead to them, by their packages.
        parents: Each package with one that needs it; a root has itself.
        aside: The packages that something else may need as well, with features of their own.
    """

    roots: dict[Package, Root]
    parents: dict[Package, Package]
    aside: frozenset[Package]

    def path(self, package: Package) -> list[Package]:
        """Return the way to a package, which begins with a root."""
        found = [package]
        while (parent := self.parents[found[0]]) != found[0]:
            found.insert(0, parent)
        return found


def graph(worker: Worker, lock: Lock) -> Graph:
    """Return the packages that are certainly built for a worker."""
    manifests = _manifests(worker)
    roots = {root.package: root for each in reversed(manifests) for root in _roots(each, lock)}
    others = {package for each in manifests for package in _others(each, lock)}
    members = {each for each in lock.local if each.name not in {manifest.name for manifest in manifests}}
    aside = lock.reached(others | members)
    # What an edge that is not followed leads to may have other features there.
    left = {
        each
        for package in _parents(lock, roots, aside)
        for each in lock.needs.get(package, ())
        if not _is_followed(lock, package, each, aside)
    }
    aside |= lock.reached(left)
    return Graph(roots, _parents(lock, roots, aside), frozenset(aside))


def _parents(lock: Lock, roots: dict[Package, Root], aside: set[Package]) -> dict[Package, Package]:
    parents = {package: package for package in roots}
    for root in roots.values():
        parents |= {needed: package for needed, package in _added(lock, root) if needed not in parents}
    waiting = deque(parents)
    while waiting:
        package = waiting.popleft()
        for needed in lock.needs.get(package, ()):
            if needed not in parents and _is_followed(lock, package, needed, aside):
                parents[needed] = package
                waiting.append(needed)
    return parents


def _added(lock: Lock, root: Root) -> Iterator[tuple[Package, Package]]:
    """Yield the packages that the features of a root add, each with the one that needs it."""
    for names in wasm_crates.added(root.dependency, root.package):
        package = root.package
        for name in names:
            found = [each for each in lock.needs.get(package, ()) if each.name == name]
            if len(found) != 1:
                break
            yield found[0], package
            package = found[0]


def _is_followed(lock: Lock, package: Package, needed: Package, aside: set[Package]) -> bool:
    """Return whether a worker that is built from a package is certainly built from one that it needs, too."""
    known = wasm_crates.built(package, needed)
    if known in {"always", "never"} or package in aside:
        return known == "always"
    if known == "enabled":
        return True
    if HOST.fullmatch(needed.name) or HOST.fullmatch(package.name):
        return False
    needs = {each.name for each in lock.needs.get(package, ())}
    return not needs & MACRO and not any(TARGETS.fullmatch(name) for name in needs)


def _manifests(worker: Worker) -> list[Manifest]:
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


def _roots(manifest: Manifest, lock: Lock) -> Iterator[Root]:
    for dependency in filter(is_plain, manifest.dependencies()):
        resolved = _resolved(manifest, dependency, lock)
        # Of several versions, the manifest may mean any.
        if len(resolved) == 1:
            yield Root(dependency, resolved[0], manifest.document.key(*dependency.path))


def _others(manifest: Manifest, lock: Lock) -> Iterator[Package]:
    """Yield what a manifest needs for tests, build scripts, other targets or features that may be off."""
    for kind in KINDS:
        for dependency in manifest.dependencies(kind):
            if kind != "dependencies" or not is_plain(dependency):
                yield from _resolved(manifest, dependency, lock)


def _resolved(manifest: Manifest, dependency: Dependency, lock: Lock) -> list[Package]:
    own = [each for local in lock.local if local.name == manifest.name for each in lock.needs.get(local, ())]
    found = [each for each in own or lock.named(dependency.package) if each.name == dependency.package]
    start = re.match(r"[\^=~]?\s*(\d+(?:\.\d+)?)", dependency.requirement)
    series = [each for each in found if start and f"{each.version}.".startswith(f"{start[1]}.")]
    return series if len(found) > 1 else found
