"""The packages in Cargo.lock that do not build for wasm, however far they are from the worker's own crate.

Not here: features of direct dependencies, and the standard library (`unsupported_std.py`).
"""

from __future__ import annotations

from collections.abc import Iterator

from scaffolder.checks import wasm_crates
from scaffolder.checks.rule import Rule
from scaffolder.checks.wasm_crates import Built, Unbuildable, built, manifests
from scaffolder.core.findings import Finding
from scaffolder.reading.build_commands import build_flags, may_target_emscripten, project_commands
from scaffolder.reading.config.cargo_manifest import Lock
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
dependencies = ["getrandom"]

[[package]]
name = "worker"
version = "0.8.7"
"""

DIRECT = {"getrandom"}
"""Packages that RS206 reports where the worker's own crate asks for them."""


class PJ309(Rule):
    """Every crate that the worker is built from, directly or not, builds for wasm.

    Why: a crate that needs sockets, a C library or the system's random numbers stops the build; the error names that
    crate, often without the dependency that brought it in, or the feature that is missing.

    Fix: enable the feature for wasm, which Cargo then unifies for all crates, or replace the dependency.

    Not checked: crates that this program has no data on; and the features that third-party crates enable in each other,
    since Cargo.lock does not show them.
    """

    name = "crate-unsupported-on-wasm"
    wrong = {"Cargo.toml": MANIFEST % '"v4"', "Cargo.lock": LOCK}
    right = {"Cargo.toml": MANIFEST % '"v4", "js"', "Cargo.lock": LOCK}

    def check(self, worker: Worker) -> Iterator[Finding]:
        """Yield the dependencies of the worker that need a crate which does not build."""
        if worker.cargo is None or not worker.cargo.named("worker") or may_target_emscripten(worker):
            return
        lock, own = worker.lock or Lock(""), {manifest.name for manifest in manifests(worker)}
        found = built(worker, lock)
        asked_for = {each.package for each in found if len(each.path) == 1 and each.package.name in DIRECT}
        for each in found:
            for unbuildable in wasm_crates.unbuildable():
                is_open = each.package not in asked_for and not _is_provided(worker, unbuildable)
                if is_open and _is_shown(lock, each, unbuildable, own):
                    yield self._found(each, unbuildable)

    def _found(self, each: Built, unbuildable: Unbuildable) -> Finding:
        *before, last = each.path
        through = f" (through {', '.join(package.name for package in before[1:])})" if before[1:] else ""
        which = f"`{before[0].name}` needs {' '.join(last)}{through}, which" if before else " ".join(last)
        return self.found(each.span, f"{which} {unbuildable.problem}", fix=unbuildable.fix)


def _is_shown(lock: Lock, each: Built, unbuildable: Unbuildable, own: set[str]) -> bool:
    """Return whether a package certainly is one that does not build, with the features that it has."""
    needs = {package.name for package in lock.needs.get(each.package, ())}
    if not unbuildable.hold(each.package) or needs & {*unbuildable.lacks}:
        return False
    if unbuildable.features:
        # Any other crate that needs it may enable the feature that is missing.
        others = {package.name for package, listed in lock.needs.items() if each.package in listed} - own
        return (
            bool(each.features & {*unbuildable.features}) and not each.features & {*unbuildable.unless} and not others
        )
    # With tokio, the way to it tells its features.
    return unbuildable.name != "tokio" or len(each.path) > 1


def _is_provided(worker: Worker, unbuildable: Unbuildable) -> bool:
    """Return whether the project provides by itself what a package lacks."""
    if unbuildable.flag and unbuildable.flag in build_flags(worker) + project_commands(worker):
        return True
    sources = (source.content for crate in worker.crates for source in crate.sources)
    return any(unbuildable.name.encode() in content and b"custom" in content for content in sources)
