"""The packages in Cargo.lock that do not build for wasm, however far they are from the worker's own crate.

Not here: features of direct dependencies, and the standard library (`unsupported_std.py`).
"""

from __future__ import annotations

from collections.abc import Iterator

from scaffolder.checks import wasm_crates
from scaffolder.checks.rule import Rule
from scaffolder.checks.wasm_crates import Unbuildable
from scaffolder.checks.wasm_graph import Graph, Root, graph
from scaffolder.core.findings import Finding
from scaffolder.reading.build_commands import build_flags, may_target_emscripten, project_commands
from scaffolder.reading.config.cargo_lock import Package
from scaffolder.reading.project import Worker

MANIFEST = """\
[package]
name = "notes"
version = "0.1.0"
edition = "2024"

[lib]
crate-type = ["cdylib"]

[dependencies]
worker = "0.8.7"
uuid = { version = "1.18", features = [%s] }
"""
LOCK = """\
[[package]]
name = "getrandom"
version = "0.3.4"

[[package]]
name = "uuid"
version = "1.18.1"
dependencies = [%s]

[[package]]
name = "wasm-bindgen"
version = "0.2.129"

[[package]]
name = "worker"
version = "0.8.7"
"""

DIRECT = {"getrandom", "mio"}
"""Packages that RS206 reports where the worker's own crate asks for them."""


class PJ309(Rule):
    """Every crate that the worker is built from, directly or not, builds for wasm.

    Why: a crate that needs sockets, a C library or the system's random numbers stops the build; the error names that
    crate, often without the dependency that brought it in, or the feature that is missing.

    Fix: enable the feature for wasm, which Cargo then unifies for all crates, or replace the dependency.

    Not checked: crates that this program has no data on; and dependencies of crates that have some for other targets,
    for build scripts or for macros, since Cargo.lock does not show which ones these are.
    """

    name = "crate-unsupported-on-wasm"
    wrong = {"Cargo.toml": MANIFEST % '"v4"', "Cargo.lock": LOCK % '"getrandom"'}
    right = {"Cargo.toml": MANIFEST % '"v4", "js"', "Cargo.lock": LOCK % '"getrandom", "wasm-bindgen"'}

    def check(self, worker: Worker) -> Iterator[Finding]:
        """Yield the dependencies of the worker that need a crate which does not build."""
        if worker.cargo is None or not worker.cargo.named("worker") or may_target_emscripten(worker):
            return
        if worker.lock is None:
            return
        found = graph(worker, worker.lock)
        for kind in wasm_crates.unbuildable():
            for package in worker.lock.named(kind.name):
                if package in found.parents and kind.is_shown(worker.lock, package):
                    yield from self._of(worker, found, kind, package)

    def _of(self, worker: Worker, found: Graph, kind: Unbuildable, package: Package) -> Iterator[Finding]:
        path = found.path(package)
        root = found.roots[path[0]]
        is_sure = not kind.has or package not in found.aside or wasm_crates.enables(kind, root.dependency)
        if is_sure and not _is_direct(worker, root, package) and not _is_provided(worker, kind):
            through = f" (through {', '.join(each.name for each in path[1:-1])})" if path[1:-1] else ""
            which = f"`{path[0].name}` needs {' '.join(package)}{through}, which" if path[1:] else " ".join(package)
            yield self.found(root.span, f"{which} {kind.problem}", fix=kind.fix)


def _is_direct(worker: Worker, root: Root, package: Package) -> bool:
    """Return whether RS206 reports a package, since the worker's own manifest asks for it."""
    is_own = worker.cargo is not None and root.span.file == worker.cargo.document.file
    adds = {name for names in wasm_crates.added(root.dependency, root.package) for name in names}
    is_asked_for = package == root.package or (root.package.name == "tokio" and package.name in adds)
    return is_own and package.name in DIRECT and is_asked_for


def _is_provided(worker: Worker, kind: Unbuildable) -> bool:
    """Return whether the project provides by itself what a package lacks."""
    if kind.flag and kind.flag in build_flags(worker) + project_commands(worker):
        return True
    sources = (source.content for crate in worker.crates for source in crate.sources)
    return any(kind.name.encode() in content and b"custom" in content for content in sources)
