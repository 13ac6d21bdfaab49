"""Cargo: the features of the `worker` crate, and the versions that must go together.

Not here: profiles and sizes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffolder.checks.rule import Rule
from scaffolder.core.findings import Finding, Span
from scaffolder.core.text_edit import TextEdit
from scaffolder.reading.config.cargo_manifest import Dependency, Manifest
from scaffolder.reading.project import Worker
from scaffolder.reading.releases import builder_of, is_refused

HTTP = re.compile(r"\b(HttpRequest|http::Request)\b")
PACKAGE = '[package]\nname = "notes"\nversion = "0.1.0"\nedition = "2024"\n\n'
RUST = 'use worker::*;\n\npub fn database(env: &Env) -> Result<D1Database> {\n    env.d1("DB")\n}\n'
LOCKED = '[[package]]\nname = "worker"\nversion = "0.8.7"\n'
BUILD = '[build]\ncommand = "cargo install -q worker-build@{} && worker-build --release"\n'


class PJ301(Rule):
    """The `worker` crate has the features that the Rust code needs.

    Why: queues, D1 and the types of the `http` crate each need a feature; without it the build fails on a method or an
    attribute that does not exist.

    Fix: add the feature to the `worker` dependency.

    Not checked: a dependency inherited from a workspace that is not there.
    """

    name = "missing-worker-feature"
    fixable = True
    wrong = {"Cargo.toml": f'{PACKAGE}[dependencies]\nworker = "0.8"\n', "src/lib.rs": RUST}
    right = {
        "Cargo.toml": f'{PACKAGE}[dependencies]\nworker = {{ version = "0.8", features = ["d1"] }}\n',
        "src/lib.rs": RUST,
    }

    def check(self, worker: Worker) -> Iterator[Finding]:
        """Yield the features that the Rust needs and no manifest enables."""
        if worker.cargo is None or not worker.cargo.named("worker") or (worker.lock and worker.lock.on_worker):
            return
        if worker.cargo.lacks_workspace and any(each.is_inherited for each in worker.cargo.named("worker")):
            return
        enabled = {word for each in [worker.cargo, *worker.manifests_beside] for word in _features(each)}
        for feature, span in sorted(_needed(worker).items()):
            if feature not in enabled:
                yield self.found(
                    span,
                    f"this needs the `{feature}` feature of the worker crate",
                    fix=f'add "{feature}" to the features of worker in {worker.cargo.document.file}',
                    edits=_feature_edit(worker.cargo, worker.cargo.named("worker"), feature),
                )


class PJ302(Rule):
    """Cargo.lock exists and holds one version of `worker`, and worker-build has the same minor version.

    Why: without the lock file each build may use other versions, and worker-build rejects a `worker` crate of another
    minor version; a second `worker` in the tree has types that are incompatible with those of the first.

    Fix: commit Cargo.lock, and update `worker` and worker-build together.

    Not checked: the lock file of a workspace that is not there, such as that of a published crate.
    """

    name = "mismatched-worker-versions"
    wrong = {"Cargo.lock": LOCKED, "wrangler.toml": BUILD.format("0.7.5")}
    right = {"Cargo.lock": LOCKED, "wrangler.toml": BUILD.format("0.8.7")}

    def check(self, worker: Worker) -> Iterator[Finding]:
        """Yield a missing lock, several versions of `worker`, and a worker-build of another series."""
        if worker.cargo is None:
            return
        span = _of_worker(worker.cargo)
        if worker.lock is None and worker.cargo.lacks_workspace:
            return
        if worker.lock is None:
            span = worker.cargo.document.key("package")
            yield self.found(span, "Cargo.lock is missing", fix="run the build once, and commit the file")
            return
        locked = worker.lock.versions.get("worker", ())
        if len(locked) > 1:
            yield self.found(span, f"{worker.lock.file} has more than one version of worker: {' and '.join(locked)}")
        elif locked:
            yield from self._aligned(worker, locked[0])

    def _aligned(self, worker: Worker, locked: str) -> Iterator[Finding]:
        for span, version in _worker_builds(worker):
            if is_refused(version, locked):
                yield self.found(
                    span,
                    f"worker-build {version} cannot build worker {locked}",
                    fix=f"use worker-build {builder_of(locked)}",
                )


def _features(manifest: Manifest) -> Iterator[str]:
    """Yield every feature of `worker` that a manifest may enable."""
    for dependency in manifest.named("worker"):
        yield from dependency.features
        for words in manifest.features.values():
            prefix = (f"{dependency.name}/", f"{dependency.name}?/")
            yield from (word.partition("/")[2] for word in words if word.startswith(prefix))


def _needed(worker: Worker) -> dict[str, Span]:
    """Return the features that the Rust certainly needs, each with the first place that needs it."""
    handlers = [each for each in worker.crate.handlers if not each.condition]
    uses = [use for use in worker.crate.binding_uses if use.is_sure and not use.condition]
    signs = [("queue", each.span) for each in handlers if each.kind == "queue"]
    fetch = [each for each in handlers if each.kind == "fetch"]
    signs += [("http", each.span) for each in fetch if HTTP.search(" ".join(each.parameters))]
    signs += [(use.accessor, use.span) for use in uses if use.accessor in {"queue", "d1"}]
    needed: dict[str, Span] = {}
    for feature, span in signs:
        needed.setdefault(feature, span)
    return needed


def _feature_edit(manifest: Manifest, dependencies: list[Dependency], feature: str) -> tuple[TextEdit, ...]:
    """Return the edit that adds a feature, where the dependency is written in a form with one place for it."""
    if len(dependencies) != 1:
        return ()
    path, document = dependencies[0].path, manifest.document
    value = document.get(*path)
    if isinstance(value, str):
        span = document.at(*path)
        text = document.source.content[span.start : span.end].decode()
        return (TextEdit(span.file, span.start, span.end, f'{{ version = {text}, features = ["{feature}"] }}'),)
    features = value.get("features") if isinstance(value, dict) else None
    if features:
        span = document.at(*path, "features", len(features) - 1)
        return (TextEdit(span.file, span.end, span.end, f', "{feature}"'),)
    return ()


def _of_worker(manifest: Manifest) -> Span:
    found = manifest.named("worker")
    return manifest.document.key(*found[0].path) if found else manifest.document.key("package")


def _worker_builds(worker: Worker) -> Iterator[tuple[Span, str]]:
    """Yield the versions of worker-build that a project installs, each with its place."""
    command = worker.config.get("build", "command")
    found = re.search(r"worker-build(?:@|\s+--version[ =])\W*(\d+\.\d+[.\d]*)", str(command))
    if found:
        yield worker.config.at("build", "command"), found[1]
    configured = worker.package.get("config", "worker-build") if worker.package else None
    if worker.package and isinstance(configured, str):
        yield worker.package.at("config", "worker-build"), configured
