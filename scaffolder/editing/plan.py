"""Decides what an edit changes: every file's bytes before and after, or the refusal with what to paste.

Nothing is written here. What cannot be proven for one file is refused for all.

Not here: writing (`journal.py`), and what each kind is (`shelf.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from scaffolder.editing import cargo, extras, rust
from scaffolder.editing.change import Drop, Put, Unclear
from scaffolder.editing.journal import FileChange
from scaffolder.editing.kinds import Kind, Order
from scaffolder.editing.proof import changed
from scaffolder.editing.snippets import of_put, of_rust
from scaffolder.errors import BadInput, Conflict
from scaffolder.reading.environments import Environment, environments
from scaffolder.reading.project import Worker
from scaffolder.reading.source import Source


@dataclass
class Plan:
    """What is to be done.

    Args:
        files: The files that change.
        notes: What the user has to know or do besides.
    """

    files: list[FileChange] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def change(self, path: Path, before: bytes | None, after: bytes | None) -> None:
        """Take note of a file, unless it stays as it is."""
        if before != after:
            self.files.append(FileChange(path, before, after))


def to_add(kind: Kind, orders: Sequence[Order]) -> Plan:
    """Plan what adds something to some environments.

    Raises:
        Conflict: Something else is there, or a file has a shape that cannot be changed for certain.
    """
    plan, first = Plan(), orders[0]
    puts: list[Put] = []
    for order in orders:
        _refuse_other(kind, order)
        there = kind.there(order)
        if there is not None and not kind.is_same(order, there[1]):
            raise _differs(kind, order)
        puts += [] if there is not None else [*kind.puts(order)]
    _change_config(plan, first.worker, puts)
    try:
        _ask_in_rust(plan, kind, orders)
        extras.add(plan, kind, orders)
        if kind.feature:
            _ask_for_feature(plan, first.worker, kind.feature)
    except Unclear as error:
        raise _refused(first.worker, str(error) or "the Rust", of_rust(kind, first), puts) from error
    return plan


def to_remove(kind: Kind, orders: Sequence[Order]) -> Plan:
    """Plan what takes something out of some environments.

    Raises:
        BadInput: It is nowhere.
        Conflict: It is something else, or cannot be taken out for certain.
    """
    plan, first = Plan(), orders[0]
    drops = []
    for order in orders:
        _refuse_other(kind, order)
        there = kind.there(order)
        if there is not None and (kind.says == "value" or kind.bound or kind.is_same(order, there[1])):
            drops.append(Drop(there[0]))
    if not drops:
        raise BadInput(
            what=f"there is no {kind.word} `{first.name}`", where=first.worker.config.file,
            why="nothing is known by that name", fix="give the name as the wrangler file has it",
        )  # fmt: skip
    document = first.worker.config
    try:
        # From the last one on, so that the indices of the others still hold.
        ordered = sorted(drops, key=lambda drop: document.at(*drop.path).start, reverse=True)
        after = changed(document, ordered)
        plan.change(first.worker.project / document.file, document.source.content, after)
        _ask_no_longer(plan, kind, first)
        if kind.feature and not _is_needed(kind.feature, first, kind):
            _ask_for_no_feature(plan, first.worker, kind.feature)
        extras.remove(plan, kind, orders)
    except Unclear as error:
        what = str(error) or document.file
        raise _refused(first.worker, what, [f"take {kind.word} `{first.name}` out of it by hand"], []) from error
    return plan


def _refuse_other(kind: Kind, order: Order) -> None:
    """Refuse a name that something of another kind has."""
    if not kind.bound:
        return
    for bound in Environment(order.worker.config, order.environment.name).bindings():
        if bound.name == order.name and bound.kind != kind.bound:
            raise Conflict(
                what=f"`{order.name}` is the name of something else", where=_place(order, bound.path),
                why=f"it is bound as {bound.kind}, and each name is there once", fix="choose another name",
            )  # fmt: skip


def _differs(kind: Kind, order: Order) -> Conflict:
    there = kind.there(order)
    return Conflict(
        what=f"there is another {kind.word} already", where=_place(order, there[0] if there else ()),
        why=f"it is not the same as {order.name}{'=' if order.given else ''}{order.given}",
        fix="choose another name, or change what is there by hand",
    )  # fmt: skip


def _change_config(plan: Plan, worker: Worker, puts: Sequence[Put]) -> None:
    document = worker.config
    try:
        after = changed(document, puts)
    except Unclear as error:
        raise _refused(worker, document.file, [], puts) from error
    plan.change(worker.project / document.file, document.source.content, after)


def _ask_in_rust(plan: Plan, kind: Kind, orders: Sequence[Order]) -> None:
    """Have `bindings.rs` find a binding that every environment has."""
    first = orders[0]
    uses = [use for use in first.worker.crate.binding_uses if use.name == first.name]
    if kind.read is None or uses:
        return
    if not _is_everywhere(kind, orders):
        plan.notes.append(f"not every environment has `{first.name}`, so no Rust asks for it")
        return
    source = rust.home(first.worker.crate.sources)
    if source is None:
        plan.notes.append(f"in Rust, a {kind.read.type}: {kind.read.call.format(_quoted(first.name))}")
        return
    entry = rust.Entry(first.name, kind.read)
    plan.change(_path(first.worker, source), source.content, _named(source, lambda: rust.added(source, entry)))


def _ask_no_longer(plan: Plan, kind: Kind, order: Order) -> None:
    """Take a binding out of `bindings.rs`, and refuse while other Rust has a use for it."""
    uses = [use for use in order.worker.crate.binding_uses if use.name == order.name]
    if kind.read is None or not uses:
        return
    source = rust.home(order.worker.crate.sources)
    entry = rust.Entry(order.name, kind.read)
    places = [f"{use.place.file}:{use.place.line}" for use in uses if source is None or use.place.file != source.file]
    places += [] if source is None else [*rust.field_uses(order.worker.crate.sources, entry)]
    if places or source is None:
        raise Conflict(
            what=f"the Rust still asks for `{order.name}`", where=", ".join(places),
            why="it would fail at the first request", fix="take that out first",
        )  # fmt: skip
    plan.change(_path(order.worker, source), source.content, _named(source, lambda: rust.removed(source, entry)))


def _is_needed(feature: str, order: Order, kind: Kind) -> bool:
    """Answer whether something else needs a feature of the `worker` crate."""
    crate = order.worker.crate
    asked = {use.accessor for use in crate.binding_uses if use.name != order.name}
    bound = {
        each.name for environment in environments(order.worker.config) for each in environment.bindings()
        if each.kind == kind.bound
    }  # fmt: skip
    return feature in asked | {handler.kind for handler in crate.handlers} or bound != {order.name}


def _is_everywhere(kind: Kind, orders: Sequence[Order]) -> bool:
    first = orders[0]
    whole = environments(first.worker.config)
    binds = [bool(list(each.bindings())) for each in whole]
    asked = {order.environment.name for order in orders}
    needed = whole[1:] if any(binds[1:]) and not binds[0] and "" not in asked else whole
    has = {each.name for each in needed if kind.there(Order(first.name, "", first.worker, each)) is not None}
    return {each.name for each in needed} <= has | asked


def _ask_for_feature(plan: Plan, worker: Worker, feature: str) -> None:
    manifest = worker.cargo
    if manifest is None or any(feature in each.features for each in manifest.named("worker")):
        return
    try:
        after = cargo.with_feature(manifest, feature)
    except Unclear as error:
        raise Unclear(manifest.document.file) from error
    plan.change(worker.project / manifest.document.file, manifest.document.source.content, after)


def _ask_for_no_feature(plan: Plan, worker: Worker, feature: str) -> None:
    manifest = worker.cargo
    own = manifest.document.get(*manifest.named("worker")[0].path, "features") if manifest else None
    if manifest is None or feature not in (own or []):
        return
    after = cargo.without_feature(manifest, feature)
    plan.change(worker.project / manifest.document.file, manifest.document.source.content, after)


def _named(source: Source, make: Callable[[], bytes]) -> bytes:
    """Answer new bytes, or say which file is not clear."""
    try:
        return make()
    except Unclear as error:
        raise Unclear(source.file) from error


def _path(worker: Worker, source: Source) -> Path:
    return worker.project / source.file


def _quoted(name: str) -> str:
    return f'"{name}"'


def _place(order: Order, path: tuple[str | int, ...]) -> str:
    document = order.worker.config
    place = document.at(*order.environment.written(tuple(path)) if path[:1] != ("env",) else path)
    return f"{document.file}:{place.line}"


def _refused(worker: Worker, what: str, snippet: Sequence[str], puts: Sequence[Put]) -> Conflict:
    lines = [line for put in puts for line in of_put(worker.config, put)]
    return Conflict(
        what="a file is written in a way that cannot be changed for certain", where=what,
        why="every other byte must stay; so nothing was written", fix="paste this by hand, each part where it belongs",
        details=[*lines, *snippet],
    )  # fmt: skip
