"""The root of a worker's crate as an edit leaves it, and the proof that a changed file is still Rust.

Not here: what is put into a root (`items.py`, `mod_declarations.py`).
"""

from __future__ import annotations

from pathlib import Path

from scaffolder.editing.kind import Changes
from scaffolder.editing.operations import Unclear
from scaffolder.editing.verify import is_kept
from scaffolder.reading.project import Worker
from scaffolder.reading.rust.parser import parse
from scaffolder.reading.source import Source


def root(worker: Worker, changes: Changes | None = None) -> tuple[Path, Source]:
    """Answer the crate's root, as it will be if there are changes.

    Raises:
        Unclear: There is none.
    """
    if not worker.crate.sources:
        raise Unclear("src/lib.rs")
    source = worker.crate.sources[0]
    path = worker.project / source.file
    return path, Source(source.file, changes.now(path, source.content) if changes else source.content)


def proven(source: Source, content: bytes) -> bytes:
    """Answer a file's new bytes, if they can be parsed and keep every old one, or every new one was there.

    Raises:
        Unclear: They do not.
    """
    has_error = parse(Source(source.file, content), "").tree.root_node.has_error
    if has_error or not is_kept(source.content, content):
        raise Unclear(source.file)
    return content
