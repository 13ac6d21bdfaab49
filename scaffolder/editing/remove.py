"""Plans `scaffold remove`: the wrangler file, bindings.rs, Cargo.toml, the kind's own files, and the test.

Each step takes back what the same step of `add.py` writes, and verifies its edit before it becomes a part of the plan.

Not here: the kinds (`kinds/`), and writing the plan (`transaction.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from shlex import quote

from scaffolder.core.errors import Conflict
from scaffolder.core.invocation import program
from scaffolder.editing import wrangler_file
from scaffolder.editing.config import cargo_features
from scaffolder.editing.javascript import rename_in_script
from scaffolder.editing.kind import Kind
from scaffolder.editing.operations import Insert, Remove, Unclear
from scaffolder.editing.plan import Plan
from scaffolder.editing.refusals import not_found, refuse_taken_name, uncertain, where_in_config
from scaffolder.editing.rust import bindings_file, feature_usage
from scaffolder.editing.target import EditTarget, Found
from scaffolder.editing.worker_tests import test_cases


def plan_remove(kind: Kind, targets: Sequence[EditTarget]) -> Plan:
    """Plan a removal from some environments of a worker.

    Args:
        kind: The kind of thing.
        targets: The same name in each of the environments.

    Raises:
        BadInput: No environment has it.
        Conflict: It is something else, has another value than the one given, or cannot be removed safely.
    """
    plan, first = Plan(), targets[0]
    operations = _operations(kind, targets)
    try:
        wrangler_file.change(first.worker, operations, plan)
        bindings_file.remove_binding(kind, first, plan)
        if kind.cargo_feature and not feature_usage.is_needed_without(first, kind, plan):
            cargo_features.remove_feature(first.worker, kind.cargo_feature, plan)
        if kind.note_on_remove:
            plan.notes.append(kind.note_on_remove)
        kind.on_remove(targets, plan)
        if kind.binding:
            rename_in_script.note_uses(first.worker, first.name, plan)
        test_cases.remove(kind, targets, plan)
    except Unclear as error:
        where = str(error) or first.worker.config.file
        raise uncertain(where, error, f"remove {kind.name} `{first.name}` by hand", []) from error
    return plan


def _operations(kind: Kind, targets: Sequence[EditTarget]) -> list[Insert | Remove]:
    """Return the operations on the wrangler file: the removals from the last line on, then what replaces them."""
    removals, insertions = list[Remove](), list[Insert]()
    for target in targets:
        refuse_taken_name(kind, target)
        found = kind.find(target)
        if found is not None and target.value and not found.matches:
            raise _has_other_value(kind, target, found)
        # A binding is known by its name; what has none, such as observability that is off, has to match.
        if found is not None and (kind.binding or found.matches):
            removals.append(Remove(found.path))
            insertions += _empty_list(kind, target, found)
    if not removals:
        raise not_found(kind, targets[0])
    document = targets[0].worker.config
    if not kind.table:
        return []
    # From the last line on, so that the indices of the others stay valid.
    removals.sort(key=lambda each: document.at(*each.path).start, reverse=True)
    return [*removals, *insertions]


def _empty_list(kind: Kind, target: EditTarget, found: Found) -> Iterator[Insert]:
    """Yield an empty list in place of an environment's last entry, without which it would inherit the top level's."""
    path = found.path[:-1]
    is_last = target.worker.config.get(*path) == [found.value]
    if kind.is_inherited and target.prefix and is_last and target.worker.config.get(*kind.table):
        yield Insert(path, [])


def _has_other_value(kind: Kind, target: EditTarget, found: Found) -> Conflict:
    return Conflict(
        what=f"{kind.name} `{target.name}` has another value",
        where=where_in_config(target, found.path),
        why=f"the entry does not match `{target.argument}`",
        fix=f"to remove it whatever its value: {program()} remove {kind.name} {quote(target.name)}",
    )
