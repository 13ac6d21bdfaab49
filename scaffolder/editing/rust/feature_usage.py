"""Finds what needs a feature of the `worker` crate.

Not here: Cargo.toml (`cargo_features.py`).
"""

from __future__ import annotations

import re

from scaffolder.editing.kind import Kind
from scaffolder.editing.rust import bindings_rs
from scaffolder.editing.target import EditTarget
from scaffolder.reading.config.environments import environments

TYPES = {
    "d1": re.compile(rb"\bD1(Database|PreparedStatement|Result|Type)\b"),
    "queue": re.compile(rb"\bMessageBatch\b"),
}
"""The types of the `worker` crate that exist only with a feature."""


def is_needed_without(target: EditTarget, kind: Kind) -> bool:
    """Return whether something else needs the feature of a binding that is removed.

    That is another binding of the same kind, a handler of the same name, or Rust that names one of the types.
    """
    crate = target.worker.crate
    accessors = {use.accessor for use in crate.binding_uses if use.name != target.name}
    handlers = {handler.kind for handler in crate.handlers}
    bound = {
        each.name
        for environment in environments(target.worker.config)
        for each in environment.bindings()
        if each.kind == kind.binding
    }
    return kind.cargo_feature in accessors | handlers or bound != {target.name} or _is_named(kind.cargo_feature, target)


def _is_named(feature: str, target: EditTarget) -> bool:
    """Return whether Rust names such a type outside of `bindings.rs`, whose field is removed with the binding."""
    sources, types = target.worker.crate.sources, TYPES.get(feature)
    home = bindings_rs.home(sources)
    return types is not None and any(types.search(each.content) for each in sources if each is not home)
