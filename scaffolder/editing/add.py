"""Plans `scaffold add`: the wrangler file, bindings.rs, the kind's own files, Cargo.toml, and a test.

Each step verifies its edit (`verify.py`) before it becomes a part of the plan, so that the plan as a whole can be
written. If one step cannot, the user gets what to paste instead, and nothing is written.

Not here: the kinds (`kinds/`), and writing the plan (`transaction.py`).
"""

from __future__ import annotations

from collections.abc import Sequence

from scaffolder.core.errors import Conflict
from scaffolder.editing import wrangler_file
from scaffolder.editing.config import cargo_features
from scaffolder.editing.javascript import entry_handlers
from scaffolder.editing.kind import Kind
from scaffolder.editing.operations import Insert, Unclear
from scaffolder.editing.paste import of_insert
from scaffolder.editing.plan import Plan
from scaffolder.editing.refusals import refuse_taken_name, uncertain, where_in_config
from scaffolder.editing.rust import bindings_file, worker_api
from scaffolder.editing.rust.worker_api import TooOld
from scaffolder.editing.target import EditTarget, Found
from scaffolder.editing.worker_tests import test_cases


def plan_add(kind: Kind, targets: Sequence[EditTarget]) -> Plan:
    """Plan an addition to some environments of a worker.

    Args:
        kind: The kind of thing.
        targets: The same name in each of the environments.

    Raises:
        Conflict: Something else is there, a file has a shape that cannot be edited safely, or the crate's version of
            `worker` lacks what the Rust needs.
    """
    plan, first = Plan(), targets[0]
    for target in targets:
        _refuse_different(kind, target)
    insertions = [*kind.insertions(targets)]
    try:
        wrangler_file.change(first.worker, insertions, plan)
    except Unclear as error:
        raise _to_paste(first, first.worker.config.file, error, insertions, []) from error
    try:
        _plan_files(kind, targets, insertions, plan)
    except TooOld as error:
        raise _too_old(kind, first, error, insertions) from error
    if plan.rust_hint:
        plan.notes.insert(0, plan.rust_hint)
    return plan


def _plan_files(kind: Kind, targets: Sequence[EditTarget], insertions: Sequence[Insert], plan: Plan) -> None:
    """Plan everything besides the wrangler file.

    Raises:
        Conflict: A file has a shape that cannot be edited safely.
        TooOld: The Rust would not compile with the crate's version of `worker`.
    """
    first, is_new = targets[0], bool(insertions) or any(kind.find(target) is None for target in targets)
    try:
        bindings_file.add_binding(kind, targets, plan)
        kind.on_add(targets, plan)
        if kind.handler and is_new:
            entry_handlers.require(first.worker, kind.handler, plan)
        if kind.cargo_feature:
            worker_api.require(f"feature {kind.cargo_feature}", first.worker)
            cargo_features.add_feature(first.worker, kind.cargo_feature, plan)
        if is_new:
            # What was there before may have a test, or none on purpose.
            test_cases.add(kind, targets, plan)
    except Unclear as error:
        where = str(error) or "the crate's Rust files"
        raise _to_paste(first, where, error, insertions, kind.rust_to_paste(first)) from error


def _refuse_different(kind: Kind, target: EditTarget) -> None:
    """Refuse a name that something else has, or the same kind of thing with another value."""
    refuse_taken_name(kind, target)
    found = kind.find(target)
    if found is not None and not found.matches:
        raise _is_different(kind, target, found)


def _is_different(kind: Kind, target: EditTarget, found: Found) -> Conflict:
    other = "" if kind.is_single else "choose another name, or "
    what = kind.name if kind.is_single else f"{kind.name} `{target.name}`"
    return Conflict(
        what=f"this worker already has {what}" if kind.is_single else f"{what} already exists",
        where=where_in_config(target, found.path),
        why=f"the entry does not match `{f'{kind.name} {target.argument}'.rstrip()}`",
        fix=f"{other}edit the entry by hand",
    )


def _too_old(kind: Kind, target: EditTarget, error: TooOld, insertions: Sequence[Insert]) -> Conflict:
    since = worker_api.PARTS[error.part][0]
    return Conflict(
        what=f"{error.used.package} {error.used.written} has no `{error.part}`",
        where=error.used.file,
        why=f"the Rust for {kind.name} needs {error.used.package} {since} or later, and would not compile",
        fix=f"update `worker` and run the command again; or paste the entry into {target.worker.config.file} by hand",
        details=[line for each in insertions for line in of_insert(target.worker.config, each)],
    )


def _to_paste(
    target: EditTarget, where: str, cause: Unclear, insertions: Sequence[Insert], rust: Sequence[str]
) -> Conflict:
    config = [line for each in insertions for line in of_insert(target.worker.config, each)]
    return uncertain(where, cause, "paste each part by hand where it belongs", [*config, *rust])
