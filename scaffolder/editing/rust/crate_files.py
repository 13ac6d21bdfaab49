"""Parses all Rust files of a worker's crate, and plans edits that span several of them.

Not here: which edits (`rename_binding.py`, `rename_class.py`).
"""

from __future__ import annotations

from collections.abc import Sequence

from scaffolder.core.text_edit import TextEdit, apply_edits
from scaffolder.editing.plan import Plan
from scaffolder.editing.verify import parsed_rust
from scaffolder.reading.project import Worker
from scaffolder.reading.rust.grammar_gaps import is_local
from scaffolder.reading.rust.parser import RustFile, parse
from scaffolder.reading.source import Source


def crate_files(worker: Worker, *names: str) -> list[RustFile]:
    """Return every Rust file of the worker's crate: those that it is made of, and then those of its tests.

    Args:
        worker: The worker.
        names: The names that are edited; in a file without any of them, syntax may be unknown.

    Raises:
        Unclear: A file has a part that does not parse.
    """
    known = {source.file: source for source in worker.crate.sources}
    folder = worker.crate_folder
    for path in [] if folder is None else sorted([*folder.glob("src/**/*.rs"), *folder.glob("tests/**/*.rs")]):
        source = Source.read(worker.project, path)
        known.setdefault(source.file, source)
    return [_parsed(source, [name.encode() for name in names]) for source in known.values()]


def _parsed(source: Source, names: Sequence[bytes]) -> RustFile:
    file = parse(source, "")
    is_about_others = not any(name in source.content for name in names)
    return file if is_about_others and is_local(file.tree.root_node) else parsed_rust(source)


def plan_edits(worker: Worker, files: Sequence[RustFile], edits: Sequence[TextEdit], plan: Plan) -> list[RustFile]:
    """Plan edits of some files, and return the files as they will be.

    Raises:
        Unclear: One would not parse.
    """
    after = []
    for file in files:
        name, before = file.source.file, file.source.content
        content = apply_edits(before, [edit for edit in edits if edit.file == name])
        after.append(parsed_rust(Source(name, content)) if content != before else file)
        plan.change(worker.project / name, before, content)
    if any(_is_in_use_item(file, edit) for file in files for edit in edits):
        plan.notes.append("run cargo fmt: names in a `use` list may be out of order")
    return after


def _is_in_use_item(file: RustFile, edit: TextEdit) -> bool:
    return edit.file == file.source.file and any(
        node.start_byte <= edit.start and edit.end <= node.end_byte for node in file.nodes.get("use", [])
    )
