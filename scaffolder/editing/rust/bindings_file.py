"""Plans the change of a crate's `bindings.rs` when a binding is added or removed: a new file, an edit, or none.

Not here: the text of a new file (`new_bindings_rs.py`), and edits of one that is there (`bindings_rs.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from scaffolder.core.errors import Conflict
from scaffolder.editing.kind import Kind
from scaffolder.editing.operations import Unclear
from scaffolder.editing.plan import Plan
from scaffolder.editing.rust import bindings_rs, bindings_usage, crate_root, new_bindings_rs
from scaffolder.editing.rust.binding_field import EXPECTS, Accessor, BindingField
from scaffolder.editing.rust.worker_api import fitting
from scaffolder.editing.target import EditTarget
from scaffolder.reading.config.environments import environments
from scaffolder.reading.config.rust_release import oldest_rust
from scaffolder.reading.project import Worker
from scaffolder.reading.source import Source


def add_binding(kind: Kind, targets: Sequence[EditTarget], plan: Plan) -> None:
    """Plan that `Bindings::new` asks for a binding, unless Rust asks for it already or an environment lacks it.

    Raises:
        TooOld: The crate's version of `worker` cannot read it.
        Unclear: `bindings.rs` has a shape that cannot be edited safely.
    """
    first = targets[0]
    if kind.accessor is None or any(use.name == first.name for use in first.worker.crate.binding_uses):
        return
    if not _is_everywhere(kind, targets):
        # `Bindings::new` fails as a whole, so asking would break the environments without the binding.
        plan.notes.append(f"not every environment has `{first.name}`, so no Rust code was added for it")
        return
    home, accessor = bindings_rs.home(first.worker.crate.sources), fitting(kind.accessor.forms, first.worker)
    expects = knows_expect(first.worker)
    if home is not None:
        field = BindingField(first.name, accessor, _is_exported(first.worker, home), expects=expects)
        _edit(first.worker, home, plan, lambda: bindings_rs.added(home, field))
    elif not _create(first.worker, BindingField(first.name, accessor, expects=expects), plan):
        plan.rust_hint = kind.rust_hint(first)


def remove_binding(kind: Kind, target: EditTarget, plan: Plan) -> None:
    """Plan that `Bindings::new` no longer asks for a binding.

    Raises:
        Conflict: Other Rust uses the binding.
        Unclear: `bindings.rs` has a shape that cannot be edited safely.
    """
    uses = kind.remaining_uses(target)
    if kind.accessor is None or not uses:
        return
    worker, home = target.worker, bindings_rs.home(target.worker.crate.sources)
    field = _written(target.name, kind.accessor, home)
    places = [f"{use.span.file}:{use.span.line}" for use in uses if home is None or use.span.file != home.file]
    if home is not None:
        places += bindings_usage.field_uses(worker.crate.sources, field)
    if places or home is None:
        raise Conflict(
            what=f"Rust code still uses `{target.name}`",
            where=", ".join(places),
            why="the worker would fail at the first request",
            fix="remove these uses first",
        )
    if field.declaration.encode() not in home.even:
        why = f"`{field.declaration.strip()}` is not in it: the field has another type or name than `add` gives it"
        raise Unclear(home.file, why)
    if not _delete(worker, home, field, plan):
        _edit(worker, home, plan, lambda: bindings_rs.removed(home, field))


def fit(worker: Worker, plan: Plan) -> None:
    """Plan the line breaks that rustfmt gives `bindings.rs` after a renaming."""
    home = bindings_rs.home(worker.crate.sources)
    if home is not None:
        path = worker.project / home.file
        planned = Source(home.file, plan.current(path, home.content))
        plan.change(path, home.content, bindings_rs.fitted(planned))


def _written(name: str, accessor: Accessor, home: Source | None) -> BindingField:
    """Return the field in the form in which `bindings.rs` has it, else in the newest one."""
    forms = [BindingField(name, each) for each in accessor.forms]
    text = home.even if home is not None else b""
    return next(
        (each for each in forms if each.declaration.encode() in text and each.initializer.encode() in text), forms[0]
    )


def knows_expect(worker: Worker) -> bool:
    """Return whether the release of Rust that a worker is compiled with knows `expect`, and reasons of lints."""
    rust = oldest_rust(worker)
    return rust is None or rust >= EXPECTS


def will_exist(worker: Worker, plan: Plan) -> bool:
    """Return whether the crate has a struct `Bindings`, or gets one by the plan."""
    return bindings_rs.home(worker.crate.sources) is not None or bool(plan.current(_new_path(worker), b""))


def _is_everywhere(kind: Kind, targets: Sequence[EditTarget]) -> bool:
    """Return whether every environment that the worker runs in will have the binding."""
    first, whole = targets[0], environments(targets[0].worker.config)
    added = {target.environment.name for target in targets}
    # An environment that gets its first binding now counts as one with bindings: a second run must decide the same.
    binds = [each.name in added or bool(list(each.bindings())) for each in whole]
    # If only named environments bind anything, the top level is not deployed.
    is_top_unused = any(binds[1:]) and not binds[0]
    lacking = {each.name for each in (whole[1:] if is_top_unused else whole)} - added
    return all(
        kind.find(EditTarget(first.name, "", first.worker, each)) is not None for each in whole if each.name in lacking
    )


def _is_exported(worker: Worker, home: Source) -> bool:
    """Return whether rustc cannot warn of an unused field.

    Raises:
        Unclear: `Bindings::new` returns an error that `?` cannot make.
    """
    error = bindings_rs.other_error(home)
    if error and not bindings_usage.converts(worker.crate.sources, error):
        raise Unclear(home.file)
    return bindings_usage.is_exported(worker.crate.sources, home)


def _create(worker: Worker, field: BindingField, plan: Plan) -> bool:
    """Plan a new `bindings.rs` with one binding; return False if the crate reads bindings in a way of its own."""
    sources = worker.crate.sources
    if not sources or worker.crate.binding_uses or any(b"bindings" in source.content for source in sources):
        return False
    path = _new_path(worker)
    if path.exists():
        return False
    try:
        crate_root.declare_module(worker, "bindings", plan)
    except Unclear:
        return False
    plan.change(path, None, _new_text(worker, field))
    return True


def _delete(worker: Worker, home: Source, field: BindingField, plan: Plan) -> bool:
    """Plan to delete `bindings.rs`; return False if there is more in it than `_create` wrote for this binding."""
    texts = [_new_text(worker, replace(field, expects=expects)) for expects in (True, False)]
    if home.content not in texts or worker.project / home.file != _new_path(worker):
        return False
    plan.change(worker.project / home.file, home.content, None)
    crate_root.undeclare_module(worker, "bindings", plan)
    return True


def _new_text(worker: Worker, field: BindingField) -> bytes:
    return new_bindings_rs.text(field, worker.crate.sources[0].content, PurePosixPath(worker.config.file).name)


def _new_path(worker: Worker) -> Path:
    return (worker.project / worker.crate.sources[0].file).parent / "bindings.rs"


def _edit(worker: Worker, home: Source, plan: Plan, make: Callable[[], bytes]) -> None:
    """Plan new bytes of `bindings.rs`, or name the file that cannot be changed."""
    try:
        plan.change(worker.project / home.file, home.content, make())
    except Unclear as error:
        raise Unclear(str(error) or home.file, error.why) from error
