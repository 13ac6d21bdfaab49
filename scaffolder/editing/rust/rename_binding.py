"""Changes a binding's name in Rust: the text that `env.X("NAME")` asks for, and what is called after it.

The latter is a constant and a field of `Bindings`, where they are certain; else they keep their names.

Not here: a Durable Object's class (`rename_class.py`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from scaffolder.core.errors import Conflict
from scaffolder.core.findings import Span
from scaffolder.core.text_edit import TextEdit, apply_edits
from scaffolder.editing.kind import Changes, Kind
from scaffolder.editing.operations import Unclear
from scaffolder.editing.rust.bindings_rs import CONSTANT, home
from scaffolder.reading.config.accessors import ACCESSORS
from scaffolder.reading.project import Worker
from scaffolder.reading.rust.binding_calls import binding_uses, name_literals
from scaffolder.reading.rust.identifiers import captures, texts, tokens
from scaffolder.reading.rust.parser import KEYWORDS, RustFile, parse, string
from scaffolder.reading.rust.resolution import Names
from scaffolder.reading.source import Source


def rename(worker: Worker, kind: Kind, old: str, new: str, changes: Changes) -> None:
    """Plan another name for a binding of a kind.

    Raises:
        Conflict: A name is put together in a way that cannot be followed.
        Unclear: A file cannot be parsed.
    """
    _refuse_neighbours(worker, old)
    files = files_of(worker)
    asking = files[: len(worker.crate.sources)]
    values = {*_values(asking, old, new), *_own_constant(asking, old, new)}
    _refuse_others(asking, kind, old, values)
    if not values:
        return
    edits = values | {*_constant(files, old, new, values), *_field(files, old, new)}
    after = write(worker, files, sorted(edits, key=lambda edit: edit.start), changes)
    if _uses(after[: len(asking)], {}) != _uses(asking, {old: new}):
        raise Unclear(", ".join(sorted({edit.file for edit in edits})))


def rename_text(worker: Worker, old: str, new: str, changes: Changes) -> None:
    """Plan another text wherever Rust has it as a literal of its own.

    Raises:
        Unclear: A file cannot be parsed.
    """
    files = files_of(worker)
    edits = [TextEdit(file.source.file, *span, new) for file in files for span in texts(file, old)]
    write(worker, files, edits, changes)


def files_of(worker: Worker) -> list[RustFile]:
    """Answer every Rust file of the worker's crate: those that it is made of, and then those of its tests.

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
        if file.tree.root_node.has_error:
            raise Unclear(file.source.file)
    return files


def write(worker: Worker, files: Sequence[RustFile], edits: Sequence[TextEdit], changes: Changes) -> list[RustFile]:
    """Plan edits of some files, and answer the files as they will be.

    Raises:
        Unclear: One would not parse.
    """
    after = []
    for file in files:
        name, before = file.source.file, file.source.content
        content = apply_edits(before, [edit for edit in edits if edit.file == name])
        after.append(parse(Source(name, content), "") if content != before else file)
        if after[-1].tree.root_node.has_error:
            raise Unclear(name)
        changes.change(worker.project / name, before, content)
    if any(_is_in_use(file, edit) for file in files for edit in edits):
        changes.notes.append("run cargo fmt: what `use` lists is sorted by its name")
    return after


def _is_in_use(file: RustFile, edit: TextEdit) -> bool:
    return edit.file == file.source.file and any(
        node.start_byte <= edit.start and edit.end <= node.end_byte for node in file.nodes.get("use", [])
    )


def _refuse_neighbours(worker: Worker, old: str) -> None:
    """Refuse while a crate beside it asks for the name, which other workers may build on, too."""
    places = [
        f"{use.span.file}:{use.span.line}"
        for crate in worker.crates[1:]
        for use in crate.binding_uses
        if use.name == old
    ]
    if places:
        raise Conflict(
            what=f"another crate asks for `{old}`",
            where=", ".join(places),
            why="other workers may need it by that name",
            fix="have the worker hand it the binding, or the name",
        )


def _values(files: list[RustFile], old: str, new: str) -> Iterator[TextEdit]:
    """Tell where the name that is asked for is written."""
    for use, literals in name_literals(files, old):
        found = [
            TextEdit(file.source.file, *span, new)
            for file, node in literals
            for span in texts(file, old)
            if node.start_byte < span[0] and span[1] < node.end_byte
        ]
        if not found or not use.is_sure:
            raise _unclear(use.span, old)
        yield from found


def _unclear(span: Span, old: str) -> Conflict:
    return Conflict(
        what=f"it is not clear whether `{old}` is the binding's name",
        where=f"{span.file}:{span.line}",
        why="so it cannot be changed for certain, and nothing was written",
        fix="write the new name by hand there first",
    )


def _own_constant(files: list[RustFile], old: str, new: str) -> Iterator[TextEdit]:
    """Tell the text of the constant that is called as the binding is, beside the struct `Bindings`.

    It may be asked for by a function of the crate's own, through which no name is followed.
    """
    source = home([file.source for file in files])
    if source is None:
        return
    for found in CONSTANT.finditer(source.even):
        if found[1] == found[2] == old.encode():
            yield TextEdit(source.file, *found.span(2), new)


def _refuse_others(files: list[RustFile], kind: Kind, old: str, values: set[TextEdit]) -> None:
    """Refuse a name that stands somewhere else, while a function of the crate's own asks for names."""
    names = Names(files)
    is_open = any(
        use.name is None and kind.bound in ACCESSORS.get(use.accessor, {kind.bound})
        for file in files
        for use in binding_uses(file, names)
    )
    known = {(edit.file, edit.start) for edit in values}
    for file in files if is_open else ():
        for node in file.nodes.get("string", []):
            own = {at for name, at in known if name == file.source.file}
            is_known = any(node.start_byte < at < node.end_byte for at in own)
            if not is_known and file.under(node) is not None and string(file, node) == old:
                raise _unclear(file.span(node), old)


def _constant(files: Sequence[RustFile], old: str, new: str, values: set[TextEdit]) -> Iterator[TextEdit]:
    """Tell each place of the constant that is called after the name, if it is the only thing so called."""
    found = [(file.source, each) for file in files for each in [*tokens(file, old), *captures(file, old)]]
    declared = [(source, each) for source, each in found if each.declares]
    if len(declared) != 1 or declared[0][1].declares not in {"const_item", "static_item"}:
        return
    source, name = declared[0]
    is_its_text = any(
        edit.file == source.file and edit.start > name.end and b";" not in source.even[name.end : edit.start]
        for edit in values
    )
    is_plain = not any(each.is_hidden or each.is_field or each.is_short for _, each in found)
    is_taken = any(True for file in files for _ in tokens(file, new))
    if is_its_text and is_plain and not is_taken:
        yield from (TextEdit(source.file, each.start, each.end, new) for source, each in found)


def _field(files: Sequence[RustFile], old: str, new: str) -> Iterator[TextEdit]:
    """Tell each place of the field of `Bindings` that is called after the name, if no other field is called so."""
    was, will = old.lower(), new.lower()
    found = [(file.source, each) for file in files for each in tokens(file, was)]
    fields = [(source, each) for source, each in found if each.is_field or each.declares == "field_declaration"]
    owners = [each.owner for _, each in fields if each.declares]
    is_plain = not any(each.is_short or (each.is_hidden and each.is_field) for _, each in found)
    is_taken = any(each.is_field or each.is_short or each.declares for file in files for each in tokens(file, will))
    if owners == ["Bindings"] and is_plain and not is_taken and will not in KEYWORDS:
        yield from (TextEdit(source.file, each.start, each.end, will) for source, each in fields)


def _uses(files: Sequence[RustFile], renamed: dict[str, str]) -> Counter[tuple[str, str | None]]:
    names = Names([*files])
    return Counter(
        (use.accessor, renamed.get(use.name, use.name) if use.name else None)
        for file in files
        for use in binding_uses(file, names)
    )
