"""Renames a binding in Rust: the text that `env.X("NAME")` asks for, and the identifiers that are named after it.

These are a constant and a field of `Bindings`. They are renamed if every place is certain, and else keep their names:
Rust compiles either way, as only the text has to equal the name in the wrangler file.

Not here: a Durable Object's class (`rename_class.py`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from scaffolder.core.errors import Conflict
from scaffolder.core.findings import Span
from scaffolder.core.text_edit import TextEdit
from scaffolder.editing.kind import Kind
from scaffolder.editing.operations import Unclear
from scaffolder.editing.plan import Plan
from scaffolder.editing.rust.bindings_rs import CONSTANT, home
from scaffolder.editing.rust.crate_files import crate_files, plan_edits
from scaffolder.editing.target import EditTarget
from scaffolder.reading.config.accessors import ACCESSORS
from scaffolder.reading.project import Worker
from scaffolder.reading.rust.binding_calls import binding_uses, name_literals
from scaffolder.reading.rust.identifiers import Token, captures, texts, tokens
from scaffolder.reading.rust.parser import KEYWORDS, RustFile, string
from scaffolder.reading.rust.resolution import Names
from scaffolder.reading.source import Source

Place = tuple[Source, Token]
"""A file, and an identifier in it."""


def rename(kind: Kind, target: EditTarget, plan: Plan) -> None:
    """Plan a new name for a binding of a kind.

    Raises:
        Conflict: The name is composed in a way that cannot be followed, or another crate asks for it.
        Unclear: A file cannot be parsed, or would ask for other bindings than before.
    """
    worker, old, new = target.worker, target.name, target.new_name
    _refuse_other_crates(worker, old)
    files = crate_files(worker, old, new, old.lower(), new.lower())
    # Tests of the crate may name the constant or the field, but do not run in a worker that has the binding.
    asking = files[: len(worker.crate.sources)]
    literals = {*_literals(asking, old, new), *_own_constant(asking, old, new)}
    _refuse_unknown_literals(asking, kind, old, literals)
    if not literals:
        return
    edits = literals | {*_constant(files, old, new, literals), *_field(files, old, new)}
    after = plan_edits(worker, files, sorted(edits, key=lambda edit: edit.start), plan)
    if _uses(after[: len(asking)], {}) != _uses(asking, {old: new}):
        files_changed = ", ".join(sorted({edit.file for edit in edits}))
        raise Unclear(files_changed, "the Rust would ask for other bindings than before")


def rename_text(worker: Worker, old: str, new: str, plan: Plan) -> None:
    """Plan a new text wherever Rust has the old one as a whole literal.

    Raises:
        Unclear: A file cannot be parsed.
    """
    files = crate_files(worker, old)
    edits = [TextEdit(file.source.file, *span, new) for file in files for span in texts(file, old)]
    plan_edits(worker, files, edits, plan)


def _refuse_other_crates(worker: Worker, old: str) -> None:
    """Refuse while another crate asks for the name: other workers may be built on that crate, too."""
    places = [
        f"{use.span.file}:{use.span.line}"
        for crate in worker.crates[1:]
        for use in crate.binding_uses
        if use.name == old
    ]
    if places:
        raise Conflict(
            what=f"another crate uses `{old}`",
            where=", ".join(places),
            why="other workers may need the binding under that name",
            fix="have the worker pass the binding, or its name, to that crate",
        )


def _literals(files: list[RustFile], old: str, new: str) -> Iterator[TextEdit]:
    """Yield the edits of the literals through which the name is asked for."""
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
        what=f"cannot tell whether `{old}` is the binding's name",
        where=f"{span.file}:{span.line}",
        why="it cannot be renamed safely, so nothing was written",
        fix="change the name there by hand first",
    )


def _own_constant(files: list[RustFile], old: str, new: str) -> Iterator[TextEdit]:
    """Yield the edit of the constant beside the struct `Bindings` whose name and text are both the binding's.

    A function of the crate's own may ask for it, and no name is followed through such a function.
    """
    source = home([file.source for file in files])
    if source is None:
        return
    for found in CONSTANT.finditer(source.even):
        if found[1] == found[2] == old.encode():
            yield TextEdit(source.file, *found.span(2), new)


def _refuse_unknown_literals(files: list[RustFile], kind: Kind, old: str, literals: set[TextEdit]) -> None:
    """Refuse a literal with the name that is not known to ask for it, if a call has a name that cannot be followed."""
    if not _has_unknown_name(files, kind):
        return
    known = {(edit.file, edit.start) for edit in literals}
    for file in files:
        own = {at for name, at in known if name == file.source.file}
        for node in file.nodes.get("string", []):
            is_known = any(node.start_byte < at < node.end_byte for at in own)
            if not is_known and file.under(node) is not None and string(file, node) == old:
                raise _unclear(file.span(node), old)


def _has_unknown_name(files: list[RustFile], kind: Kind) -> bool:
    """Return whether a call asks for a binding that may be of this kind, by a name that is only known at run time."""
    names = Names(files)
    return any(
        use.name is None and kind.binding in ACCESSORS.get(use.accessor, {kind.binding})
        for file in files
        for use in binding_uses(file, names)
    )


def _constant(files: Sequence[RustFile], old: str, new: str, literals: set[TextEdit]) -> Iterator[TextEdit]:
    """Yield the edits of the constant that is named after the binding, if they are certain."""
    places = [(file.source, each) for file in files for each in [*tokens(file, old), *captures(file, old)]]
    declared = [(source, each) for source, each in places if each.declares]
    # With several items of that name it is not known which of them a place refers to.
    if len(declared) != 1 or declared[0][1].declares not in {"const_item", "static_item"}:
        return
    # A constant with another text is named like the binding by chance.
    if not _has_own_literal(*declared[0], literals):
        return
    # A field of that name is something else, and a macro or a shorthand may make anything of the name.
    if any(each.is_hidden or each.is_field or each.is_short for _, each in places):
        return
    is_taken = any(True for file in files for _ in tokens(file, new))
    if not is_taken:
        yield from _edits(places, new)


def _has_own_literal(source: Source, name: Token, literals: set[TextEdit]) -> bool:
    """Return whether one of the literals is the value of a constant: it follows the name, before any semicolon."""
    return any(
        edit.file == source.file and edit.start > name.end and b";" not in source.even[name.end : edit.start]
        for edit in literals
    )


def _field(files: Sequence[RustFile], old: str, new: str) -> Iterator[TextEdit]:
    """Yield the edits of the field of `Bindings` that is named after the binding, if they are certain."""
    old_field, new_field = old.lower(), new.lower()
    places = [(file.source, each) for file in files for each in tokens(file, old_field)]
    fields = [(source, each) for source, each in places if each.is_field or each.declares == "field_declaration"]
    # Types are not resolved: with a field of that name in another struct, `x.name` may be either.
    if [each.owner for _, each in fields if each.declares] != ["Bindings"]:
        return
    # A shorthand is a variable, too, which would have to be renamed with it; a macro may make anything of a field.
    if any(each.is_short or (each.is_hidden and each.is_field) for _, each in places):
        return
    # A second field of that name would not compile, or not be told from this one by the renaming back. A module or a
    # function of that name is something else, such as the module of a Durable Object that is named like its binding.
    is_taken = any(
        each.is_field or each.is_short or each.declares == "field_declaration"
        for file in files
        for each in tokens(file, new_field)
    )
    if not is_taken and new_field not in KEYWORDS:
        yield from _edits(fields, new_field)


def _edits(places: Sequence[Place], new: str) -> Iterator[TextEdit]:
    yield from (TextEdit(source.file, each.start, each.end, new) for source, each in places)


def _uses(files: Sequence[RustFile], renamed: dict[str, str]) -> Counter[tuple[str, str | None]]:
    """Count the calls that ask for a binding, as if some names were others."""
    names = Names([*files])
    return Counter(
        (use.accessor, renamed.get(use.name, use.name) if use.name else None)
        for file in files
        for use in binding_uses(file, names)
    )
