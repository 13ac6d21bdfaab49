"""Plans `scaffold rename`: the name in the wrangler file, in Rust, in the test, and in the kind's own files.

What a binding is bound to keeps its own name, such as a bucket's; only tokens that are the name change.

Not here: where a file has the name (`rename_in_config.py`, `rename_binding.py`), and a Durable Object's class
(`rename_class.py`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from shlex import quote

from scaffolder.core.errors import BadInput, Conflict
from scaffolder.core.invocation import program
from scaffolder.editing.config import rename_in_config
from scaffolder.editing.javascript import rename_in_script
from scaffolder.editing.kind import Kind
from scaffolder.editing.operations import KeyPath, Unclear
from scaffolder.editing.plan import Plan
from scaffolder.editing.refusals import not_found, refuse_taken_name, uncertain
from scaffolder.editing.rust import bindings_file, rename_binding
from scaffolder.editing.rust.worker_api import TooOld, fitting
from scaffolder.editing.target import EditTarget
from scaffolder.editing.worker_tests import test_cases
from scaffolder.reading.config.environments import environments
from scaffolder.system.untrusted_files import LARGEST

SHOWN = 5
"""The most places that a note names."""


def plan_rename(kind: Kind, targets: Sequence[EditTarget]) -> Plan:
    """Plan a new name for something in some environments.

    Args:
        kind: The kind of thing.
        targets: The same name in each of the environments, with the same new name.

    Raises:
        BadInput: No environment has it, or it has no name.
        Conflict: The new name is taken, or a file has a shape that cannot be edited safely.
    """
    plan, first = Plan(), targets[0]
    try:
        if kind.on_rename_other(targets, plan):
            if plan.files:
                _note_mentions(first, plan)
            return plan
        _validate_new_name(kind, first)
        paths = _paths_to_change(kind, targets)
        if paths:
            _rename(kind, targets, paths, plan)
    except Unclear as error:
        raise _by_hand(kind, first, error) from error
    return plan


def _rename(kind: Kind, targets: Sequence[EditTarget], paths: Sequence[KeyPath], plan: Plan) -> None:
    first = targets[0]
    document = first.worker.config
    for path in paths:
        document = rename_in_config.renamed(document, path, first.new_name, is_key=kind.name_is_key)
    plan.change(first.worker.project / document.file, first.worker.config.source.content, document.source.content)
    left = _environments_with_old_name(kind, targets)
    if left:
        # Rust and the tests have one name for all environments.
        plan.notes.append(f"`{first.name}` remains in {', '.join(left)}, so Rust and the tests keep the old name")
        return
    if kind.binding:
        rename_binding.rename(kind, first, plan)
        bindings_file.fit(first.worker, plan)
        rename_in_script.rename_binding(first.worker, first.name, first.new_name, plan)
    test_cases.rename(kind, first, plan)
    kind.on_rename(targets, plan)
    _note_mentions(first, plan)


def _validate_new_name(kind: Kind, target: EditTarget) -> None:
    if kind.name_path(()) is None:
        raise BadInput(
            what=f"`{kind.name}` has no name",
            where="KIND",
            why="there is nothing to rename",
            fix="use a kind with a name, such as kv, var, secret, cron or environment",
        )
    try:
        kind.validate(replace(target, name=target.new_name, value=""))
    except BadInput as error:
        add = f"{program()} add {kind.name}"
        error.fix = error.fix.replace(add, f"{program()} rename {kind.name} {quote(target.name)}")
        raise


def _paths_to_change(kind: Kind, targets: Sequence[EditTarget]) -> list[KeyPath]:
    """Return where the old name is written; nowhere, if every environment has the new one already.

    Raises:
        BadInput: No environment has either name.
        Conflict: The new name is taken.
    """
    renamed = [replace(target, name=target.new_name) for target in targets]
    new = [_name_path(kind, target) for target in renamed]
    is_same_name = targets[0].name == targets[0].new_name
    old = [None if is_same_name else _name_path(kind, target) for target in targets]
    if not any(old) and not any(new):
        raise not_found(kind, targets[0])
    for target, path, taken in zip(renamed, old, new, strict=True):
        if path is not None:
            refuse_taken_name(kind, target)
        if path is not None and taken is not None:
            document = target.worker.config
            raise Conflict(
                what=f"{kind.name} `{target.new_name}` already exists",
                where=f"{document.file}:{document.at(*taken).line}",
                why="a name can be used only once",
                fix="choose another name",
            )
    return [path for path in old if path is not None]


def _name_path(kind: Kind, target: EditTarget) -> KeyPath | None:
    """Return where an environment has the name, or None."""
    found = kind.find(target)
    path = kind.name_path(found.path) if found is not None else None
    if path is None:
        return None
    # What a worker has one of is found under any name.
    return path if (path[-1] if kind.name_is_key else target.worker.config.get(*path)) == target.name else None


def _environments_with_old_name(kind: Kind, targets: Sequence[EditTarget]) -> list[str]:
    """Return the environments that keep the old name because they were not meant."""
    if kind.is_environment:
        return []
    first, edited = targets[0], {target.environment.name for target in targets}
    others = [each for each in environments(first.worker.config) if each.name not in edited]
    has = [each for each in others if _name_path(kind, replace(first, environment=each)) is not None]
    return [each.name or "the top level" for each in has]


def _note_mentions(target: EditTarget, plan: Plan) -> None:
    """Note where else the old name stands, in text that cannot be edited safely."""
    folder, worker = target.worker.folder, target.worker
    places = []
    word = re.compile(rb"(?<![\w-])" + re.escape(target.name.encode()) + rb"(?![\w-])")
    patterns = (
        "src/**/*.rs",
        "src/**/*.[jt]s",
        "src/**/*.mjs",
        "tests/**/*",
        "*.d.ts",
        "*.md",
        "package.json",
        ".dev.vars",
    )
    for path in sorted({path for pattern in patterns for path in folder.glob(pattern) if _is_searched(path)}):
        content = plan.current(path, path.read_bytes())
        numbers = [content.count(b"\n", 0, found.start()) + 1 for found in word.finditer(content)]
        places += [f"{path.relative_to(worker.project).as_posix()}:{number}" for number in numbers]
    if places:
        more = f" and {len(places) - SHOWN} more" if len(places) > SHOWN else ""
        plan.notes.append(
            f"`{target.name}` also appears in {', '.join(places[:SHOWN])}{more}: check whether to change it there"
        )


def _is_searched(path: Path) -> bool:
    return path.is_file() and path.stat().st_size <= LARGEST


def _by_hand(kind: Kind, target: EditTarget, cause: Unclear) -> Conflict:
    lines = [f'{kind.name}: "{target.name}" -> "{target.new_name}" in {target.worker.config.file}']
    if kind.accessor is not None:
        with suppress(TooOld):
            lines.append(f"// In Rust: {fitting(kind.accessor.forms, target.worker).call(target.new_name)}")
    where = str(cause) or target.worker.config.file
    return uncertain(where, cause, "change the name by hand everywhere", lines)
