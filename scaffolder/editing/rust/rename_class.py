"""Renames the class of a Durable Object: its struct and all Rust that names it, its bindings, and its lifecycle.

Its objects and their data stay, because a migration, or a state in `exports`, tells the next deploy of it.

Not here: a binding's name (`rename.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from scaffolder.core.errors import Conflict
from scaffolder.core.text_edit import TextEdit
from scaffolder.editing.config import rename_in_config
from scaffolder.editing.config.lifecycle_edits import lifecycles
from scaffolder.editing.kind import Changes, Order
from scaffolder.editing.operations import Path, Put
from scaffolder.editing.paste import of_put
from scaffolder.editing.rust import durable_class
from scaffolder.editing.rust.rename_binding import files_of, write
from scaffolder.editing.verify import changed, reread
from scaffolder.reading.config.document import Document
from scaffolder.reading.config.environments import environments
from scaffolder.reading.mentions import is_named_elsewhere
from scaffolder.reading.rust.identifiers import Token, captures, texts, tokens
from scaffolder.reading.rust.parser import RustFile

TABLES: tuple[Path, ...] = (("durable_objects", "bindings"), ("containers",))
"""Where a class is named, besides its lifecycle."""

NEAR = {"crate", "self", "super"}


def is_class(order: Order) -> bool:
    """Answer whether a name is that of a class and of no binding, now or after the renaming."""
    whole = environments(order.worker.config)
    bindings = {bound.name for each in whole for bound in each.bindings()}
    named = {order.name, order.to} & _known(order)
    return bool(named) and order.name not in bindings


def rename(order: Order, changes: Changes) -> None:
    """Plan another name for a class.

    Raises:
        Conflict: The new name is taken, or it is not clear what is the class in Rust.
        Unclear: A file has a shape that cannot be changed for certain.
    """
    document, path = order.worker.config, order.worker.project / order.worker.config.file
    if order.name not in _known(order) or order.name == order.to:
        return
    if order.environment.name:
        raise Conflict(
            what="a class has one name in all environments",
            where="--env",
            why="it is one struct",
            fix="leave --env out",
        )
    if order.to in _known(order):
        raise _taken(order, "it is a class already")
    _rename_struct(order, changes)
    for span in _bound(document, order.name):
        document = rename_in_config.renamed(document, span, order.to, is_key=False)
    for each in lifecycles(order.worker.config):
        if order.name in each.living:
            document = reread(document, changed(document, [*each.renamed(order.name, order.to)]))
    changes.change(path, order.worker.config.source.content, document.source.content)
    changes.notes.append(f"the next deploy renames `{order.name}`: its objects and their data stay")
    if is_named_elsewhere(order.worker, order.name):
        changes.notes.append(f"another wrangler file names `{order.name}`: it has to follow at the same deploy")


def _known(order: Order) -> set[str]:
    """Answer every class of this worker."""
    config = order.worker.config
    living = {name for each in lifecycles(config) for name in each.living}
    return (
        living
        | durable_class.structs(order.worker)
        | {
            str(bound.table.get("class_name"))
            for each in environments(config)
            for bound in each.bindings()
            if bound.kind == "durable-object" and not durable_class.is_foreign(each, bound.table)
        }
    )


def _bound(document: Document, name: str) -> Iterator[Path]:
    for each in environments(document):
        for table in TABLES:
            for path, found in document.tables(*each.prefix, *table):
                if found.get("class_name") == name and not durable_class.is_foreign(each, found):
                    yield (*path, "class_name")


def _rename_struct(order: Order, changes: Changes) -> None:
    own = durable_class.source_of(order.worker, order.name)
    if own is None:
        raise Conflict(
            what=f"no #[durable_object] struct of the worker's own crate is called `{order.name}`",
            where=order.worker.config.file,
            why="so the class cannot be renamed in Rust",
            fix="rename the struct by hand, append a migration with renamed_classes, and change class_name",
            details=_snippet(order),
        )
    files = files_of(order.worker)
    if any(True for file in files for _ in tokens(file, order.to)):
        raise _taken(order, "Rust has something of that name")
    edits = [
        TextEdit(file.source.file, each.start, each.end, order.to)
        for file in files
        for each in _checked(order, file, PurePosixPath(own.file).stem)
    ]
    write(order.worker, files, edits, changes)
    if sum(each.declares == "struct_item" for file in files for each in tokens(file, order.name)) != 1:
        raise _unclear(order, own.file, "there are several structs of that name")


def _checked(order: Order, file: RustFile, stem: str) -> Iterator[Token]:
    """Tell each place of the struct's name in a file.

    Raises:
        Conflict: It is not certain that a name is the struct's.
    """
    for start, _ in texts(file, order.name):
        raise _unclear(order, f"{file.source.file}:{file.source.span(start, start).line}", "a text says the same")
    for each in [*tokens(file, order.name), *captures(file, order.name)]:
        near = not each.owner or each.owner.rpartition("::")[2] in {*NEAR, stem}
        reason = (
            "a macro may make anything of it"
            if each.is_hidden
            else "something else has that name"
            if each.declares not in {"", "struct_item"} or not near or each.is_field
            else ""
        )
        if reason:
            raise _unclear(order, f"{file.source.file}:{file.source.span(each.start, each.end).line}", reason)
        yield each


def _taken(order: Order, why: str) -> Conflict:
    return Conflict(
        what=f"`{order.to}` is the name of something else",
        where=order.worker.config.file,
        why=why,
        fix="choose another name",
    )


def _unclear(order: Order, where: str, why: str) -> Conflict:
    return Conflict(
        what=f"it is not clear whether `{order.name}` is the class everywhere",
        where=where,
        why=why,
        fix="rename that by hand first, or all of it",
        details=_snippet(order),
    )


def _snippet(order: Order) -> list[str]:
    """Word the lifecycle's change, to be pasted."""
    puts = [
        change
        for each in lifecycles(order.worker.config)
        if order.name in each.living
        for change in each.renamed(order.name, order.to)
        if isinstance(change, Put)
    ]
    return [line for put in puts for line in of_put(order.worker.config, put)]
