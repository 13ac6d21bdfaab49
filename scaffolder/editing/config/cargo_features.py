"""Asks for a feature of the `worker` crate in Cargo.toml, or no longer does.

A dependency that was only a version becomes a table with exactly a version and features, which tells a removal to make
it a version again; one that was a table without features gets them in front.

Not here: other keys of Cargo.toml.
"""

from __future__ import annotations

import re

from scaffolder.core.text_edit import TextEdit, apply_edits
from scaffolder.editing.operations import Insert, KeyPath, Remove, Unclear
from scaffolder.editing.verify import changed, is_kept, reread
from scaffolder.reading.config.cargo_manifest import Manifest
from scaffolder.reading.config.document import Document


def with_feature(manifest: Manifest, feature: str) -> bytes:
    """Answer a manifest's bytes with a feature of `worker` asked for.

    Raises:
        Unclear: It is not clear where.
    """
    document, path = manifest.document, _path(manifest)
    if (*path, "features") in document.locations or document.locations[path].header or path not in document.locations:
        return changed(document, [Insert((*path, "features"), feature, appends=True)])
    begin, end = document.locations[path].value
    text, asked = document.source.content[begin:end].decode(), f'features = ["{feature}"]'
    if isinstance(document.get(*path), str):
        edits = [_edit(document, begin, "{ version = "), _edit(document, end, f", {asked} }}")]
    elif text.startswith("{"):
        edits = [_edit(document, begin + 1, f" {asked},")]
    else:
        return changed(document, [Insert((*path, "features"), feature, appends=True)])
    return _proven(document, apply_edits(document.source.content, edits), [feature])


def without_feature(manifest: Manifest, feature: str) -> bytes:
    """Answer a manifest's bytes without a feature of `worker`.

    Raises:
        Unclear: It is not clear how.
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
        return changed(document, [Remove((*path, "features", features.index(feature)))])
    return _proven(document, apply_edits(content, edits), [])


def _path(manifest: Manifest) -> KeyPath:
    named = manifest.named("worker")
    if len(named) != 1:
        raise Unclear
    return named[0].path


def _proven(document: Document, content: bytes, features: list[str]) -> bytes:
    """Answer the bytes if they say what they should: the same dependency, with other features."""
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
