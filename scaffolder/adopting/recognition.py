"""Recognises which template a Rust Worker is nearest to: by untouched upstream files, or by its packages and bindings.

Not here: the files (`upstream.py`, `offers.py`), and the answers (`proposed_answers.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from scaffolder.catalogue import manifests
from scaffolder.core.template import Template
from scaffolder.reading.config.triggers import sources
from scaffolder.reading.project import Worker

MAPPED = {"hello-world": "hello", "hello-world-http": "http", "axum": "axum-like", "leptos": "leptos"}
"""The template of this catalogue for each of upstream's."""

PACKAGES = {"axum-like": "axum", "leptos": "leptos", "http": "http"}
"""The package that makes a template what it is."""

EVENTS = {"queue": "queue", "scheduled": "cron", "email": "send-email"}
"""The kind of binding, as manifests name it, for each handler of an event."""

ROUTER = "Router::"

WEIGHTS = {"axum": 6, "leptos": 6, "router": 3, "http": 2}
"""How much it counts that a project has what makes a template what it is."""

OTHER = frozenset({*PACKAGES.values(), "router"})
"""Features that are no bindings."""

COMMON = frozenset({"src/lib.rs", "src/bindings.rs", "src/error.rs"})


@dataclass(frozen=True)
class Recognition:
    """The template that a project is nearest to.

    Args:
        template: The template's id.
        upstream: The template of workers-rs that it was generated from; empty if it is not known.
        reason: Why it is taken for that, as a clause.
    """

    template: str
    upstream: str
    reason: str


def recognise(worker: Worker, paths: Iterable[str], untouched: Mapping[str, frozenset[str]]) -> Recognition:
    """Return the template that a worker is nearest to.

    Args:
        worker: The worker.
        paths: The paths of its files.
        untouched: The files that are untouched upstream ones, with the templates that have them.
    """
    origin = _origin(untouched)
    if origin and "src/lib.rs" in untouched:
        return Recognition(MAPPED[origin], origin, f"its src/lib.rs is that of `{origin}` of cloudflare/workers-rs")
    features = _features(worker)
    scores = {each.id: _score(each, features, set(paths)) for each in manifests.templates()}
    if origin:
        scores[MAPPED[origin]] = scores.get(MAPPED[origin], 0) + 2
    template = max(scores, key=lambda id_: scores[id_])
    made = f"its Cargo.toml is that of `{origin}` of cloudflare/workers-rs, and " if origin else ""
    return Recognition(template, origin, f"{made}it {_phrase(features)}")


def _phrase(features: set[str]) -> str:
    bound = sorted(features - OTHER)
    used = ["worker::Router" if each == "router" else each for each in sorted(features & OTHER)]
    has = f"has {', '.join(bound)}" if bound else "has no bindings"
    return f"uses {' and '.join(used)}, and {has}" if used else has


def _origin(untouched: Mapping[str, frozenset[str]]) -> str:
    """Return the upstream template whose own files are there; many files are the same in several."""
    decisive = [untouched[path] for path in ("src/lib.rs", "Cargo.toml") if path in untouched]
    common = set.intersection(*map(set, decisive)) if decisive else set()
    names = common or (decisive[0] if decisive else frozenset())
    return next((name for name in MAPPED if name in names), "")


def _features(worker: Worker) -> set[str]:
    """Return the kinds of a worker's bindings, and the packages that make a template what it is."""
    found = {bound.kind for each in worker.environments for bound in each.bindings()} - {"var", "secret"}
    handlers = {handler for each in worker.environments for handler, _, _ in sources(each)}
    handlers |= {each.kind for each in worker.crate.handlers}
    found |= {kind for handler, kind in EVENTS.items() if handler in handlers}
    dependencies = list(worker.cargo.dependencies()) if worker.cargo else []
    found |= {each.package for each in dependencies} & set(PACKAGES.values())
    if any(each.package == "worker" and "http" in each.features for each in dependencies) and "axum" not in found:
        found.add("http")
    if "axum" not in found and any(ROUTER in source.text for source in worker.crate.sources):
        found.add("router")
    return found


def _score(template: Template, features: set[str], paths: set[str]) -> int:
    mark = PACKAGES.get(template.id) or ("router" if template.id == "router" else "")
    workers = [path for path in manifests.project_files(template.id) if path.endswith("wrangler.toml")]
    if (mark and mark not in features) or len(workers) > 1:
        return -100
    kinds = {binding.kind for binding in template.bindings} - {"var", "secret"}
    bound = features - OTHER
    files = {path for path in manifests.project_files(template.id) if path.startswith("src/")} - COMMON
    points = 3 * len(kinds & bound) - len(kinds ^ bound) + 2 * len(files & paths)
    return points + WEIGHTS.get(mark, 0)
