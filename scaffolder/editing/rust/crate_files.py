"""Parses all Rust files of a worker's crate, and plans edits that span several of them.

Not here: which edits (`rename_binding.py`, `rename_class.py`).
"""

from __future__ import annotations

from collections.abc import Sequence

from scaffolder.core.text_edit import TextEdit, apply_edits
from scaffolder.editing.operations import Unclear
from scaffolder.editing.plan import Plan
from scaffolder.reading.project import Worker
from scaffolder.reading.rust.parser import RustFile, parse
from scaffolder.reading.source import Source


def crate_files(worker: Worker) -> list[RustFile]:
    """Return every Rust file of the worker's crate: those that it is made of, and then those of its tests.

    Raises:
        Unclear: One cannot be parsed.
    """
    known = {source.file: source for source in worker.crate.sources}
    folder = worker.crate_folder
    for path in [] if folder is None else sorted([*folder.glob("src/**/*.rs"), *folder.glob("tests/**/*.rs")]):
        source = Source.read(worker.project, path)
        known.setdefault(source.file, source)
    files = [parse(source, "") for source in known.values()]
    for file in files:
        _refuse_error(file)
    return files


def plan_edits(worker: Worker, files: Sequence[RustFile], edits: Sequence[TextEdit], plan: Plan) -> list[RustFile]:
    """Plan edits of some files, and return the files as they will be.

    Raises:
        Unclear: One would not parse.
    """
    after = []
    for file in files:
        name, before = file.source.file, file.source.content
        content = apply_edits(before, [edit for edit in edits if edit.file == name])
        after.append(parse(Source(name, content), "") if content != before else file)
        _refuse_error(after[-1])
        plan.change(worker.project / name, before, content)
    if any(_is_in_use_item(file, edit) for file in files for edit in edits):
        plan.notes.append("run cargo fmt: names in a `use` list may be out of order")
    return after


def _refuse_error(file: RustFile) -> None:
    if file.tree.root_node.has_error:
        raise Unclear(file.source.file)


def _is_in_use_item(file: RustFile, edit: TextEdit) -> bool:
    return edit.file == file.source.file and any(
        node.start_byte <= edit.start and edit.end <= node.end_byte for node in file.nodes.get("use", [])
    )
