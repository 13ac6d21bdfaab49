"""Adds a feature of the `worker` crate to Cargo.toml, and removes it.

A dependency that was only a version becomes a table with exactly a version and features, by which a removal knows to
make it a version again; a table without features gets them in front. So the features that a template's dependency gets
are not next to its version, which every release of the template may change: `copier update` and git merge the two.

Not here: whether something else needs the feature (`feature_usage.py`), and other keys of Cargo.toml.
"""

from __future__ import annotations

import re
from typing import Any

from scaffolder.core.text_edit import TextEdit, apply_edits
from scaffolder.editing import lines, origin
from scaffolder.editing.config.toml_layout import Layout
from scaffolder.editing.operations import Insert, KeyPath, Remove, Unclear
from scaffolder.editing.plan import Plan
from scaffolder.editing.verify import applied, is_kept, reread
from scaffolder.reading.config.cargo_manifest import Manifest
from scaffolder.reading.config.document import Document
from scaffolder.reading.project import Worker

TABLES: dict[str, tuple[KeyPath, ...]] = {
    "d1": (("d1_databases",),),
    "queue": (("queues", "producers"), ("queues", "consumers")),
}
"""The tables of the wrangler file whose entries need a feature in Rust."""


def add_feature(worker: Worker, feature: str, plan: Plan) -> None:
    """Plan that Cargo.toml asks for a feature of the `worker` crate, unless it does.

    Raises:
        Unclear: Cargo.toml is written in a way that cannot be edited safely.
    """
    manifest = worker.cargo
    if manifest is None:
        return
    is_there = any(feature in each.features for each in manifest.named("worker"))
    origin.note(worker, f"feature {feature}", plan, is_new=not is_there, wants=_wants(feature))
    if is_there:
        return
    document = manifest.document
    try:
        after = with_feature(manifest, feature)
    except Unclear as error:
        raise Unclear(document.file, error.why) from error
    plan.change(worker.project / document.file, document.source.content, after)


def remove_feature(worker: Worker, feature: str, plan: Plan) -> None:
    """Plan that Cargo.toml no longer asks for a feature of the `worker` crate, unless it did so before an edit.

    Raises:
        Unclear: Cargo.toml is written in a way that cannot be edited safely.
    """
    manifest = worker.cargo
    features = _own_features(manifest) if manifest else []
    if manifest is None or feature not in features:
        return
    document = manifest.document

    def was_there(earlier: origin.Reader) -> bool:
        content = earlier(worker.project / document.file)
        return content is not None and feature in _own_features(Manifest(reread(document, content)))

    was_added = origin.was_added(worker, f"feature {feature}", _wants(feature), was_there)
    # Where nothing is known: `add_feature` appends, so somebody else wrote what is followed by another one.
    if was_added is False or (was_added is None and features[-1] != feature):
        before = ", as it did before" if was_added is False else ""
        plan.notes.append(f"{document.file} still enables the feature `{feature}` of `worker`{before}")
        return
    plan.notes.append(f"{document.file} no longer enables the feature `{feature}` of `worker`, which nothing needs")
    plan.change(worker.project / document.file, document.source.content, without_feature(manifest, feature))
    origin.forget(worker, f"feature {feature}", plan)


def _wants(feature: str) -> origin.Wants:
    return origin.any_of(*TABLES.get(feature, ()))


def _own_features(manifest: Manifest) -> list[Any]:
    """Return the features that the manifest itself lists for `worker`."""
    named = manifest.named("worker")
    features = manifest.document.get(*named[0].path, "features") if named else None
    return features if isinstance(features, list) else []


def with_feature(manifest: Manifest, feature: str) -> bytes:
    """Return a manifest's bytes with a feature of `worker`.

    Raises:
        Unclear: The dependency is written in a way that cannot be edited safely.
    """
    document, path = manifest.document, _path(manifest)
    is_listed = (*path, "features") in document.locations
    edits = [] if is_listed else _in_front(document, path, f'features = ["{feature}"]')
    if not edits:
        return applied(document, [Insert((*path, "features"), feature, appends=True)])
    return _verified(document, apply_edits(document.source.content, edits), [feature])


def _in_front(document: Document, path: KeyPath, asked: str) -> list[TextEdit]:
    """Return the edits that give a dependency its first feature; none if it is written by dotted keys."""
    content, location = document.source.content, document.locations[path]
    (begin, end), header = location.value, location.header
    if header and Layout(document).form(path) == "header":
        line = f"{lines.newline(content)}{lines.indent(content, header[0])}{asked}"
        return [_edit(document, lines.end_of(content, header[1]), line)]
    if isinstance(document.get(*path), str):
        return [_edit(document, begin, "{ version = "), _edit(document, end, f", {asked} }}")]
    return [_edit(document, begin + 1, f" {asked},")] if content[begin : begin + 1] == b"{" else []


def without_feature(manifest: Manifest, feature: str) -> bytes:
    """Return a manifest's bytes without a feature of `worker`.

    Raises:
        Unclear: The dependency is written in a way that cannot be edited safely.
    """
    document, path = manifest.document, _path(manifest)
    features = document.get(*path, "features")
    content, (begin, end) = document.source.content, document.locations[path].value
    text, asked = content[begin:end].decode(), re.escape(f'features = ["{feature}"]')
    if found := re.fullmatch(rf'(\{{ version = )"[^"]*"(, {asked} \}})', text):
        edits = [_gap(document, begin, begin + found.end(1)), _gap(document, begin + found.start(2), end)]
    elif found := re.match(rf"\{{( {asked},)", text):
        edits = [_gap(document, begin + found.start(1), begin + found.end(1))]
    else:
        return applied(document, [Remove((*path, "features", features.index(feature)))])
    return _verified(document, apply_edits(content, edits), [])


def _path(manifest: Manifest) -> KeyPath:
    named = manifest.named("worker")
    if len(named) != 1:
        raise Unclear
    return named[0].path


def _verified(document: Document, content: bytes, features: list[str]) -> bytes:
    """Return the bytes if they ask for the same dependency with other features.

    Raises:
        Unclear: They do not.
    """
    before, after = (Manifest(each).named("worker")[0] for each in (document, reread(document, content)))
    same = (before.name, before.requirement, before.folder, before.path) == (
        after.name,
        after.requirement,
        after.folder,
        after.path,
    )
    if not (same and list(after.features) == features and is_kept(document.source.content, content)):
        raise Unclear
    return content


def _edit(document: Document, at: int, text: str) -> TextEdit:
    return TextEdit(document.file, at, at, text)


def _gap(document: Document, begin: int, end: int) -> TextEdit:
    return TextEdit(document.file, begin, end, "")
