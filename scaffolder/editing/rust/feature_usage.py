"""Finds what needs a feature of the `worker` crate.

Not here: Cargo.toml (`cargo_features.py`).
"""

from __future__ import annotations

import re

from scaffolder.editing.kind import Kind
from scaffolder.editing.plan import Plan
from scaffolder.editing.target import EditTarget
from scaffolder.reading.config.environments import environments
from scaffolder.reading.project import Worker

TYPES = {
    "d1": re.compile(rb"\bD1[A-Z]\w*|\bError::D1\b|\bworker::(?:d1\b|query!)"),
    "queue": re.compile(
        rb"\b(?:Raw)?Message(?:Batch|Ext|Iter|Builder)\b|\bRawMessage(?:Iter)?\b|\b(?:Batch)?SendMessage\b"
        rb"|\bBatchMessageBuilder\b|\bQueue(?:RetryOptions|ContentType|Send)\w*"
        rb"|\bworker::(?:Queue|Message)\b|\buse\s+worker::\{[^;]*\b(?:Queue|Message)\b"
    ),
}
"""What the `worker` crate has only with a feature."""


def is_needed_without(target: EditTarget, kind: Kind, plan: Plan) -> bool:
    """Return whether something else needs the feature of a binding that is removed.

    That is another binding of the same kind, a handler of the same name, or Rust that names one of the types, also in a
    crate that the worker depends on by path: Cargo gives all crates of a build the same features.
    """
    crates = target.worker.crates
    accessors = {use.accessor for crate in crates for use in crate.binding_uses if use.name != target.name}
    handlers = {handler.kind for crate in crates for handler in crate.handlers}
    bound = {
        each.name
        for environment in environments(target.worker.config)
        for each in environment.bindings()
        if each.kind == kind.binding
    }
    is_used = kind.cargo_feature in accessors | handlers or bound != {target.name}
    return is_used or _is_named(kind.cargo_feature, target.worker, plan)


def _is_named(feature: str, worker: Worker, plan: Plan) -> bool:
    """Return whether Rust names such a type once the plan is carried out."""
    sources, types = [source for crate in worker.crates for source in crate.sources], TYPES.get(feature)
    after = (plan.current(worker.project / source.file, source.content) for source in sources)
    return types is not None and any(types.search(each) for each in after)
