"""Renames the class of a Durable Object: its struct and all Rust that names it, its bindings, and its lifecycle.

Its objects and their data stay, because a migration, or a state in `exports`, makes the next deploy rename it, too.

Not here: a binding's name (`rename.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from scaffolder.core.errors import Conflict
from scaffolder.core.text_edit import TextEdit
from scaffolder.editing import history
from scaffolder.editing.config import rename_in_config
from scaffolder.editing.history import lifecycles_of
from scaffolder.editing.javascript import rename_in_script
from scaffolder.editing.operations import Insert, KeyPath
from scaffolder.editing.paste import of_insert
from scaffolder.editing.plan import Plan
from scaffolder.editing.rust import durable_class
from scaffolder.editing.rust.crate_files import crate_files, plan_edits
from scaffolder.editing.target import EditTarget
from scaffolder.editing.verify import applied, reread
from scaffolder.reading.config.document import Document
from scaffolder.reading.config.environments import environments
from scaffolder.reading.mentions import is_named_elsewhere
from scaffolder.reading.rust.identifiers import Token, captures, texts, tokens
from scaffolder.reading.rust.parser import RustFile

TABLES: tuple[KeyPath, ...] = (("durable_objects", "bindings"), ("containers",))
"""Where a class is named, besides its lifecycle."""

MODULES = {"crate", "self", "super"}
"""What may stand before `::` in a path to the struct, besides the name of its own module."""


def is_class(target: EditTarget) -> bool:
    """Return whether a name is that of a class, before or after the renaming, and not that of a binding."""
    whole = environments(target.worker.config)
    bindings = {bound.name for each in whole for bound in each.bindings()}
    named = {target.name, target.new_name} & _known(target)
    return bool(named) and target.name not in bindings


def rename(target: EditTarget, plan: Plan) -> None:
    """Plan a new name for a class.

    Raises:
        Conflict: The new name is taken, or it is not clear what is the class in Rust.
        Unclear: A file has a shape that cannot be edited safely.
    """
    document, path = target.worker.config, target.worker.project / target.worker.config.file
    if target.name not in _known(target) or target.name == target.new_name:
        return
    if target.environment.name:
        raise Conflict(
            what="a class cannot be renamed in one environment only",
            where="--env",
            why="all environments share its struct",
            fix="leave out --env",
        )
    if target.new_name in _known(target):
        raise _taken(target, "it is already a class")
    _rename_struct(target, plan)
    rename_in_script.rename_class(target.worker, target.name, target.new_name, plan)
    for span in _class_name_paths(document, target.name):
        document = rename_in_config.renamed(document, span, target.new_name, is_key=False)
    for each in lifecycles_of(target.worker):
        if target.name in each.living:
            document = reread(document, applied(document, [*each.renamed(target.name, target.new_name)]))
    plan.change(path, target.worker.config.source.content, document.source.content)
    plan.notes.append(f"the next deploy renames `{target.name}`; its objects keep their data")
    history.note_forgotten_tags(target.worker, plan)
    if is_named_elsewhere(target.worker, target.name):
        plan.notes.append(
            f"another wrangler file refers to `{target.name}`: rename it there and deploy both at the same time"
        )


def _known(target: EditTarget) -> set[str]:
    """Return every class of this worker: those that live, that have a struct, or that are bound."""
    config = target.worker.config
    living = {name for each in lifecycles_of(target.worker) for name in each.living}
    return (
        living
        | durable_class.structs(target.worker)
        | {
            str(bound.table.get("class_name"))
            for each in environments(config)
            for bound in each.bindings()
            if bound.kind == "durable-object" and not durable_class.is_foreign(each, bound.table)
        }
    )


def _class_name_paths(document: Document, name: str) -> Iterator[KeyPath]:
    for each in environments(document):
        for table in TABLES:
            for path, found in document.tables(*each.prefix, *table):
                if found.get("class_name") == name and not durable_class.is_foreign(each, found):
                    yield (*path, "class_name")


def _rename_struct(target: EditTarget, plan: Plan) -> None:
    own = durable_class.source_of(target.worker, target.name)
    if own is None:
        raise Conflict(
            what=f"the worker's own crate has no #[durable_object] struct `{target.name}`",
            where=target.worker.config.file,
            why="there is no struct to rename",
            fix="rename the struct by hand, append a migration with renamed_classes, and change class_name",
            details=_snippet(target),
        )
    files = crate_files(target.worker, target.name, target.new_name)
    if any(True for file in files for _ in tokens(file, target.new_name)):
        raise _taken(target, "Rust code already uses that name")
    edits = [
        TextEdit(file.source.file, each.start, each.end, target.new_name)
        for file in files
        for each in _checked(target, file, PurePosixPath(own.file).stem)
    ]
    plan_edits(target.worker, files, edits, plan)
    if sum(each.declares == "struct_item" for file in files for each in tokens(file, target.name)) != 1:
        raise _unclear(target, own.file, "several structs have that name")


def _checked(target: EditTarget, file: RustFile, stem: str) -> Iterator[Token]:
    """Yield each place of the struct's name in a file.

    Raises:
        Conflict: It is not certain that a name is the struct's.
    """
    for start, _ in texts(file, target.name):
        raise _unclear(
            target, f"{file.source.file}:{file.source.span(start, start).line}", "a string has the same text"
        )
    for each in [*tokens(file, target.name), *captures(file, target.name)]:
        reason = _doubt(each, stem)
        if reason:
            raise _unclear(target, f"{file.source.file}:{file.source.span(each.start, each.end).line}", reason)
        yield each


def _doubt(token: Token, stem: str) -> str:
    """Return why a name may not be the struct's; empty if it is."""
    if token.is_hidden:
        return "a macro may use it in any way"
    # A field has a name space of its own, and so has a variant or an item of another module.
    is_in_module = not token.owner or token.owner.rpartition("::")[2] in {*MODULES, stem}
    is_struct = token.declares in {"", "struct_item"} and not token.is_field
    return "" if is_struct and is_in_module else "something else has that name"


def _taken(target: EditTarget, why: str) -> Conflict:
    return Conflict(
        what=f"`{target.new_name}` is already in use",
        where=target.worker.config.file,
        why=why,
        fix="choose another name",
    )


def _unclear(target: EditTarget, where: str, why: str) -> Conflict:
    return Conflict(
        what=f"cannot tell whether `{target.name}` is the class everywhere",
        where=where,
        why=why,
        fix="rename this place by hand first, or everything by hand",
        details=_snippet(target),
    )


def _snippet(target: EditTarget) -> list[str]:
    """Return the change of the lifecycle, to be pasted."""
    insertions = [
        operation
        for each in lifecycles_of(target.worker)
        if target.name in each.living
        for operation in each.renamed(target.name, target.new_name)
        if isinstance(operation, Insert)
    ]
    return [line for each in insertions for line in of_insert(target.worker.config, each)]
