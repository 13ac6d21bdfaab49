"""The standard library and crates that do not work on wasm, where there is no clock, thread, file or socket.

Not here: the needs of other people's crates.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffolder.checks import wasm_crates
from scaffolder.checks.rule import Rule
from scaffolder.core.findings import Finding
from scaffolder.reading.build_commands import build_flags, is_used_elsewhere, may_target_emscripten
from scaffolder.reading.config.cargo_manifest import Dependency, Lock, Manifest
from scaffolder.reading.project import Worker
from scaffolder.reading.releases import numbers

CLOCK = "use worker::*;\n\npub fn now() -> {} {{\n    {}\n}}\n"

PANICS = {
    "std::time::Instant::now": "measure with worker::Date::now",
    "std::time::SystemTime::now": "use worker::Date::now",
    "std::thread::sleep": "await a worker::Delay",
    "std::thread::spawn": "await a future, or pass it to Context::wait_until",
    "std::process::id": "remove it; a worker has no process id",
}
"""Calls that panic, and their replacement."""

FAILS = re.compile(
    r"std::(fs::(read|read_to_string|write|read_dir|create_dir|create_dir_all|remove_file|remove_dir|remove_dir_all"
    r"|metadata|copy|rename|canonicalize|File::open|File::create|File::create_new|OpenOptions::new)"
    r"|net::(TcpStream::connect|TcpListener::bind|UdpSocket::bind)|process::Command::new)"
)
"""Calls that always return an error."""

TOKIO = {"fs", "full", "io-std", "net", "process", "rt-multi-thread", "signal"}
"""The features with which tokio does not build for wasm."""

BACKENDS = {(0, 2): "js", (0, 3): "wasm_js", (0, 4): "wasm_js"}
"""The feature with which each version of getrandom uses JavaScript."""


class RS206(Rule):
    """The worker uses nothing that panics, fails or does not compile on wasm.

    Why: on wasm the standard library has no clock, threads, files, sockets or processes: code that uses them compiles,
    and then panics or fails at run time; crates that need them, or random numbers, do not compile.

    Fix: use the worker crate's counterpart, or put the code behind a `#[cfg]`.

    Not checked: the Rust of a crate that a binary, an example or another crate may use outside of a worker, and the
    Rust of third-party crates.
    """

    name = "unsupported-on-wasm"
    wrong = {"src/lib.rs": CLOCK.format("std::time::SystemTime", "std::time::SystemTime::now()")}
    right = {"src/lib.rs": CLOCK.format("Date", "Date::now()")}

    def check(self, worker: Worker) -> Iterator[Finding]:
        """Yield the calls that cannot work, and the dependencies that do not build."""
        if worker.cargo is None or not worker.cargo.named("worker") or may_target_emscripten(worker):
            return
        if not is_used_elsewhere(worker):
            yield from self._calls(worker)
        for dependency in worker.cargo.dependencies():
            message, fix = _problem(worker, dependency)
            if message and _is_plain(worker.cargo, dependency):
                yield self.found(worker.cargo.document.key(*dependency.path), message, fix=fix)

    def _calls(self, worker: Worker) -> Iterator[Finding]:
        # A call in a branch of `cfg!` may run in tests or on other targets only.
        unsure = {source.file for source in worker.crate.sources if b"cfg!" in source.content}
        lock = worker.lock or Lock("")
        clocks = {call.path: call for call in wasm_crates.calls() if wasm_crates.panics(call, lock)}
        for use in worker.crate.path_uses:
            if use.condition or use.span.file in unsure:
                continue
            if use.path in PANICS:
                yield self.found(use.span, f"{use.path} panics in a worker", fix=PANICS[use.path])
            elif use.path in clocks:
                call = clocks[use.path]
                message = f"{use.path} panics in a worker without the `{call.feature}` feature of {call.name}"
                yield self.found(use.span, message, fix=f'add "{call.feature}" to the features of {call.name}')
            elif FAILS.fullmatch(use.path):
                yield self.found(use.span, f"{use.path} always fails in a worker")


def _is_plain(manifest: Manifest, dependency: Dependency) -> bool:
    """Return whether a dependency is always built: for every target, and not only with a feature."""
    return dependency.path[0] == "dependencies" and manifest.document.get(*dependency.path, "optional") is not True


def _problem(worker: Worker, dependency: Dependency) -> tuple[str, str]:
    """Return why a dependency does not build for wasm, and its fix; empty texts if no reason is known."""
    if dependency.package == "tokio":
        bad = [word for word in dependency.features if word in TOKIO]
        if bad and "tokio_unstable" not in build_flags(worker):
            fix = "use only the features sync, macros, io-util, rt and time"
            return f"tokio does not build for a worker with its `{bad[0]}` feature", fix
    if dependency.package == "mio":
        return "mio does not build for a worker", "remove it, and use worker::Socket"
    if dependency.package == "getrandom":
        return _getrandom_problem(worker, dependency)
    return "", ""


def _getrandom_problem(worker: Worker, dependency: Dependency) -> tuple[str, str]:
    found = re.search(r"(\d+)\.(\d+)", dependency.requirement)
    series = (int(found[1]), int(found[2])) if found else (0, 0)
    backend = BACKENDS.get(series, "")
    is_enabled = backend in dependency.features or "custom" in dependency.features
    if not backend or is_enabled or "getrandom_backend" in build_flags(worker) or not _lacks_javascript(worker, series):
        return "", ""
    has_own_backend = any(
        b"getrandom" in source.content and b"custom" in source.content for source in worker.crate.sources
    )
    message = f"getrandom {series[0]}.{series[1]} does not build for a worker without its `{backend}` feature"
    return ("", "") if has_own_backend else (message, f'add features = ["{backend}"]')


def _lacks_javascript(worker: Worker, series: tuple[int, int]) -> bool:
    """Return whether, by Cargo.lock, no crate at all makes a version of getrandom use JavaScript."""
    lock = worker.lock or Lock("")
    same = [each for each in lock.named("getrandom") if numbers(each.version)[:2] == series]
    return bool(same) and "js-sys" not in {each.name for package in same for each in lock.needs[package]}
