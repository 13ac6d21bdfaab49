"""Merges wrangler files, manifests and other files of keys and values: the data by keys, and the text so that it fits.

The data decides what the result is; the text is the first of these that has it, or that verified edits give it: the
lines merged, the tables and keys merged, the project's own with what the new template changes. So comments and order
are those of the project, with the new template's as far as they fit.

Not here: conflicts in the text (`clash_marks.py`).
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from typing import Any

from scaffolder.core.errors import BadInput
from scaffolder.core.text_edit import TextEdit, apply_edits
from scaffolder.editing import lines
from scaffolder.editing.config.values import json_value, toml_value
from scaffolder.editing.operations import Insert, Remove, Unclear
from scaffolder.editing.verify import applied, reread
from scaffolder.reading.config import jsonc_parser, toml_parser
from scaffolder.reading.config.document import Document
from scaffolder.reading.source import Source
from scaffolder.updating.merge import clash_marks, line_merge, toml_units
from scaffolder.updating.merge.data_edits import Replace, changes
from scaffolder.updating.merge.data_merge import Merger
from scaffolder.updating.merge.outcome import Merged
from scaffolder.updating.merge.plain_data import same, without_empties

EMPTY = {".toml": b"", ".json": b"{}\n", ".jsonc": b"{}\n"}
"""The texts of files without any key, by the suffixes of those that are merged here."""


def merged(path: str, base: bytes, theirs: bytes, ours: bytes, used_tags: Collection[str] = ()) -> Merged | None:
    """Merge three versions of a file of keys and values.

    Args:
        path: Its path.
        base: The old template's; empty if it had none.
        theirs: The new template's.
        ours: The project's.
        used_tags: Further tags that a new migration must not get.

    Returns:
        The result, or None if one of them does not parse, or the merged data cannot be written.
    """
    try:
        files = _Files(path, base, theirs, ours)
        merger = Merger(is_worker=_is_worker(path), used_tags=used_tags)
        wanted = merger.merged(files.base.data, files.theirs.data, files.ours.data)
        if merger.clashes and not _is_by_keys(path) and files.is_mergeable_by_lines():
            return None
        found = next(files.texts(wanted), None)
        if found is None:
            return None
        content = clash_marks.marked(found, files.base, files.theirs, merger.clashes)
    except (BadInput, Unclear, UnicodeDecodeError):
        return None
    names = tuple(f"`{each.name}`" for each in merger.clashes)
    return Merged(line_merge.with_ends(content, base, theirs, ours), names, tuple(merger.notes))


def keeps_log(path: str, base: bytes, theirs: bytes) -> bool:
    """Return whether a new version of a file leaves every migration of the old one as it is."""
    if not _is_worker(path):
        return True
    try:
        files = _Files(path, base, theirs, base)
    except (BadInput, UnicodeDecodeError):
        return True
    data = files.base.data
    return same(Merger(is_worker=True).merged(data, files.theirs.data, data), files.theirs.data)


def is_known(path: str) -> bool:
    """Return whether a file is one of keys and values."""
    return _suffix(path) in EMPTY


def _is_worker(path: str) -> bool:
    """Return whether a file is a wrangler file, whose migrations are an ordered log."""
    name = path.rpartition("/")[2]
    return name.startswith("wrangler") and _suffix(path) in EMPTY


def _is_by_keys(path: str) -> bool:
    """Return whether a conflict of keys is one whatever the lines are, as the meaning of the keys is known."""
    return _is_worker(path) or path.rpartition("/")[2] in {"Cargo.toml", "package.json"}


def _suffix(path: str) -> str:
    return f".{path.rpartition('.')[2]}"


class _Files:
    """Three versions of a file, each with a line break at its end and without a byte order mark."""

    def __init__(self, path: str, base: bytes, theirs: bytes, ours: bytes) -> None:
        self.path, self.is_toml = path, _suffix(path) == ".toml"
        own = line_merge.whole_lines(ours)
        self.newline = lines.newline(own)
        old, new = (lines.with_newline(line_merge.whole_lines(each), self.newline) for each in (base, theirs))
        self.base, self.theirs, self.ours = (self._read(each) for each in (old, new, own))

    def texts(self, wanted: dict[str, Any]) -> Iterator[Document]:
        """Yield each text that has the wanted data, from the best one on; last those whose arrays lose their layout."""
        for rewrites, make in itertools.product((False, True), self._candidates()):
            try:
                document = self._fitted(self._read(make()), wanted, rewrites=rewrites)
            except (BadInput, Unclear, KeyError, IndexError, TypeError, ValueError):
                continue
            if document is not None and self._has_comments(document):
                yield document

    def is_mergeable_by_lines(self) -> bool:
        """Return whether the lines merge without a conflict, and parse then."""
        by_lines = self._by_lines()
        try:
            self._read(by_lines.content)
        except BadInput:
            return False
        return not by_lines.conflicts

    def _by_lines(self) -> line_merge.Text:
        texts = [each.source.content for each in (self.base, self.theirs, self.ours)]
        return line_merge.merged(texts[0], texts[1], texts[2], prefers_ours=True)

    def _candidates(self) -> Iterator[Callable[[], bytes]]:
        by_lines = self._by_lines()
        if not by_lines.conflicts:
            yield lambda: by_lines.content
        if self.is_toml:
            yield lambda: lines.with_newline(toml_units.merged(self.base, self.theirs, self.ours), self.newline)
        yield lambda: by_lines.content
        yield lambda: self.ours.source.content

    def _fitted(self, document: Document, wanted: dict[str, Any], *, rewrites: bool) -> Document | None:
        """Return a document after the edits that give it the wanted data; None if they did not, or rewrite an array."""
        edits = list(changes(document.data, wanted))
        if rewrites != any(isinstance(each, Replace) and isinstance(each.value, list) for each in edits):
            return None
        for change in edits:
            document = self._replaced(document, change) if isinstance(change, Replace) else _edited(document, change)
        is_right = same(without_empties(document.data), without_empties(wanted))
        return document if is_right else None

    def _replaced(self, document: Document, change: Replace) -> Document:
        location = document.locations.get(change.path)
        if location is None or location.header is not None:
            raise Unclear
        text = toml_value(change.value) if self.is_toml else json_value(change.value, "", "", "")
        edit = TextEdit(document.file, *location.value, text)
        return reread(document, apply_edits(document.source.content, [edit]))

    def _has_comments(self, document: Document) -> bool:
        """Return whether each comment that the project added is there."""
        old, own, found = (_comments(each) for each in (self.base, self.ours, document))
        return not (own - old) - found

    def _read(self, content: bytes) -> Document:
        if self.is_toml:
            return toml_parser.read(Source(self.path, content))
        return jsonc_parser.read(Source(self.path, content or EMPTY[_suffix(self.path)]))


def _edited(document: Document, change: Insert | Remove) -> Document:
    return reread(document, applied(document, [change]))


def _comments(document: Document) -> Counter[bytes]:
    return Counter(line.strip() for line in document.source.content.splitlines() if lines.is_comment(line))
