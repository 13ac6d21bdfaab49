"""Plans what Rust and Cargo.toml ask for: a binding in `bindings.rs`, and a feature of the `worker` crate.

Not here: the wrangler file (`plan.py`), and how `bindings.rs` is changed (`bindings_rs.py`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from scaffolder.core.errors import Conflict
from scaffolder.editing.config import cargo_features
from scaffolder.editing.kind import Changes, EditTarget, Kind
from scaffolder.editing.operations import Unclear
from scaffolder.editing.rust import bindings_rs, bindings_usage, new_bindings_rs
from scaffolder.reading.config.environments import environments
from scaffolder.reading.project import Worker
from scaffolder.reading.source import Source

TYPES = {
    "d1": re.compile(rb"\bD1(Database|PreparedStatement|Result|Type)\b"),
    "queue": re.compile(rb"\bMessageBatch\b"),
}
"""The types of the `worker` crate that are there with a feature alone."""


def in_rust(changes: Changes, kind: Kind, targets: Sequence[EditTarget]) -> None:
    """Have `bindings.rs` find a binding that every environment has."""
    first = targets[0]
    uses = [use for use in first.worker.crate.binding_uses if use.name == first.name]
    if kind.read is None or uses:
        return
    if not _is_everywhere(kind, targets):
        changes.notes.append(f"not every environment has `{first.name}`, so no Rust asks for it")
        return
    sources = first.worker.crate.sources
    source = bindings_rs.home(sources)
    if source is None:
        if not new_bindings_rs.make(first.worker, bindings_rs.Entry(first.name, kind.read), changes):
            call = kind.read.call.format(_quoted(first.name))
            changes.notes.append(f"in Rust, {kind.read.type_of(first.name)}: {call}")
        return
    error = bindings_rs.other_error(source)
    if error and not bindings_usage.converts(sources, error):
        raise Unclear(source.file)
    entry = bindings_rs.Entry(first.name, kind.read, bindings_usage.is_seen(sources, source))
    added = _named(source, lambda: bindings_rs.added(source, entry))
    changes.change(_path(first.worker, source), source.content, added)


def no_longer_in_rust(changes: Changes, kind: Kind, target: EditTarget) -> None:
    """Take a binding out of `bindings.rs`, and refuse while other Rust has a use for it."""
    asked = (use for use in target.worker.crate.binding_uses if use.name == target.name)
    uses = [use for use in asked if not kind.has_file(target, use.span.file)]
    if kind.read is None or not uses:
        return
    source = bindings_rs.home(target.worker.crate.sources)
    entry = bindings_rs.Entry(target.name, kind.read)
    places = [f"{use.span.file}:{use.span.line}" for use in uses if source is None or use.span.file != source.file]
    places += [] if source is None else [*bindings_usage.field_uses(target.worker.crate.sources, entry)]
    if places or source is None:
        raise Conflict(
            what=f"the Rust still asks for `{target.name}`",
            where=", ".join(places),
            why="it would fail at the first request",
            fix="take that out first",
        )
    if not new_bindings_rs.unmake(target.worker, source, entry, changes):
        removed = _named(source, lambda: bindings_rs.removed(source, entry))
        changes.change(_path(target.worker, source), source.content, removed)


def is_needed(feature: str, target: EditTarget, kind: Kind) -> bool:
    """Answer whether something else needs a feature of the `worker` crate."""
    crate = target.worker.crate
    asked = {use.accessor for use in crate.binding_uses if use.name != target.name}
    bound = {
        each.name
        for environment in environments(target.worker.config)
        for each in environment.bindings()
        if each.kind == kind.bound
    }
    others = asked | {handler.kind for handler in crate.handlers}
    return feature in others or bound != {target.name} or _is_named(feature, crate.sources)


def _is_named(feature: str, sources: Sequence[Source]) -> bool:
    """Answer whether Rust beside `bindings.rs` names a type that is there with a feature alone."""
    home, types = bindings_rs.home(sources), TYPES.get(feature)
    return types is not None and any(types.search(each.content) for each in sources if each is not home)


def _is_everywhere(kind: Kind, targets: Sequence[EditTarget]) -> bool:
    first = targets[0]
    whole = environments(first.worker.config)
    asked = {target.environment.name for target in targets}
    # As it will be: a second run must see what the first one saw.
    binds = [each.name in asked or bool(list(each.bindings())) for each in whole]
    needed = whole[1:] if any(binds[1:]) and not binds[0] and "" not in asked else whole
    has = {each.name for each in needed if kind.there(EditTarget(first.name, "", first.worker, each)) is not None}
    return {each.name for each in needed} <= has | asked


def for_feature(changes: Changes, worker: Worker, feature: str) -> None:
    """Have Cargo.toml ask for a feature of the `worker` crate, unless it does.

    Raises:
        Unclear: It is written in a way that cannot be changed for certain.
    """
    manifest = worker.cargo
    if manifest is None or any(feature in each.features for each in manifest.named("worker")):
        return
    try:
        after = cargo_features.with_feature(manifest, feature)
    except Unclear as error:
        raise Unclear(manifest.document.file) from error
    changes.change(worker.project / manifest.document.file, manifest.document.source.content, after)


def for_no_feature(changes: Changes, worker: Worker, feature: str) -> None:
    """Have Cargo.toml ask for a feature of the `worker` crate no longer.

    Raises:
        Unclear: It is written in a way that cannot be changed for certain.
    """
    manifest = worker.cargo
    own = manifest.document.get(*manifest.named("worker")[0].path, "features") if manifest else None
    if manifest is None or feature not in (own or []):
        return
    if own is not None and own[-1] != feature:
        # What `add` writes is the last one.
        changes.notes.append(f"{manifest.document.file} still asks for the feature `{feature}` of worker")
        return
    changes.notes.append(f"{manifest.document.file} no longer asks for `{feature}` of worker, as nothing needs it")
    after = cargo_features.without_feature(manifest, feature)
    changes.change(worker.project / manifest.document.file, manifest.document.source.content, after)


def _named(source: Source, make: Callable[[], bytes]) -> bytes:
    """Answer new bytes, or say which file is not clear."""
    try:
        return make()
    except Unclear as error:
        raise Unclear(source.file) from error


def _path(worker: Worker, source: Source) -> Path:
    return worker.project / source.file


def _quoted(name: str) -> str:
    return f'"{name}"'
