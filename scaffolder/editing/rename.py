"""Decides what `scaffold rename` changes: a name in the wrangler file, in Rust, and where else it has to follow.

What a binding is bound to keeps its own name, such as a bucket's; only tokens that are the name change.

Not here: how a file says the name (`rename_in_config.py`, `rename_binding.py`), and a Durable Object's class
(`rename_class.py`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from shlex import quote

from scaffolder.core.errors import BadInput, Conflict
from scaffolder.core.invocation import program
from scaffolder.editing.config import rename_in_config
from scaffolder.editing.kind import Changes, EditTarget, Kind
from scaffolder.editing.operations import KeyPath, Unclear
from scaffolder.editing.plan import Plan, refuse_other
from scaffolder.editing.rust import rename_binding
from scaffolder.editing.worker_tests import test_cases
from scaffolder.reading.config.environments import environments

SHOWN = 5
"""Places that a note names, at most."""


def to_rename(kind: Kind, targets: Sequence[EditTarget]) -> Plan:
    """Plan what gives something another name in some environments.

    Raises:
        BadInput: It is nowhere, or has no name.
        Conflict: The name is taken, or a file has a shape that cannot be changed for certain.
    """
    plan, first = Plan(), targets[0]
    try:
        if kind.renames(targets, plan):
            if plan.files:
                _tell_others(first, plan)
            return plan
        _check(kind, first)
        places = _places(kind, targets)
        if places:
            _rename(kind, targets, places, plan)
    except Unclear as error:
        raise _refused(kind, first, str(error) or first.worker.config.file) from error
    return plan


def _rename(kind: Kind, targets: Sequence[EditTarget], places: Sequence[KeyPath], plan: Plan) -> None:
    first = targets[0]
    document = first.worker.config
    for path in places:
        document = rename_in_config.renamed(document, path, first.new_name, is_key=kind.is_key)
    plan.change(first.worker.project / document.file, first.worker.config.source.content, document.source.content)
    left = _left(kind, targets)
    if left:
        plan.notes.append(f"`{first.name}` stays in {', '.join(left)}, so nothing else takes the new name")
        return
    if kind.bound:
        rename_binding.rename(first.worker, kind, first.name, first.new_name, plan)
    test_cases.rename(kind, first, plan)
    kind.follows(targets, plan)
    _tell_others(first, plan)


def _check(kind: Kind, target: EditTarget) -> None:
    if kind.named(()) is None:
        raise BadInput(
            what=f"{kind.word} has no name of its own",
            where="KIND",
            why="there is nothing to rename",
            fix="name a kind that has: kv, var, secret, cron, environment and the like",
        )
    try:
        kind.check(replace(target, name=target.new_name, value=""))
    except BadInput as error:
        said = f"{program()} add {kind.word}"
        error.fix = error.fix.replace(said, f"{program()} rename {kind.word} {quote(target.name)}")
        raise


def _places(kind: Kind, targets: Sequence[EditTarget]) -> list[KeyPath]:
    """Answer where the name is written; nowhere, if the new one is already there everywhere.

    Raises:
        BadInput: It is nowhere.
        Conflict: The new one is something else's.
    """
    was = [_place(kind, target) for target in targets]
    renamed = [replace(target, name=target.new_name) for target in targets]
    will = [_place(kind, target) for target in renamed]
    if targets[0].name == targets[0].new_name:
        was = [None] * len(was)
    if not any(was) and not any(will):
        raise BadInput(
            what=f"there is no {kind.word} `{targets[0].name}`",
            where=targets[0].worker.config.file,
            why="nothing is known by that name",
            fix="give the name as the wrangler file has it",
        )
    for target, path, taken in zip(renamed, was, will, strict=True):
        if path is not None:
            refuse_other(kind, target)
        if path is not None and taken is not None:
            raise Conflict(
                what=f"{kind.word} `{target.new_name}` is there already",
                where=_line(target, taken),
                why="each name is there once",
                fix="choose another name",
            )
    return [path for path in was if path is not None]


def _place(kind: Kind, target: EditTarget) -> KeyPath | None:
    """Answer where the name is written in an environment, or None if it is not there."""
    there = kind.there(target)
    path = kind.named(there[0]) if there is not None else None
    if path is None:
        return None
    return path if (path[-1] if kind.is_key else target.worker.config.get(*path)) == target.name else None


def _left(kind: Kind, targets: Sequence[EditTarget]) -> list[str]:
    """Answer the environments that keep the old name."""
    first, done = targets[0], {target.environment.name for target in targets}
    if kind.word == "environment":
        return []
    others = [each for each in environments(first.worker.config) if each.name not in done]
    has = [each for each in others if _place(kind, replace(first, environment=each)) is not None]
    return [each.name or "the top level" for each in has]


def _tell_others(target: EditTarget, changes: Changes) -> None:
    """Say where else the old name stands, in files that nobody can change for certain."""
    folder, worker = target.worker.folder, target.worker
    seen = []
    word = re.compile(rb"(?<![\w-])" + re.escape(target.name.encode()) + rb"(?![\w-])")
    patterns = ("src/**/*.rs", "tests/**/*", "*.md", "package.json", ".dev.vars")
    for path in sorted({path for pattern in patterns for path in folder.glob(pattern) if path.is_file()}):
        content = changes.now(path, path.read_bytes())
        numbers = [content.count(b"\n", 0, found.start()) + 1 for found in word.finditer(content)]
        seen += [f"{path.relative_to(worker.project).as_posix()}:{number}" for number in numbers]
    if seen:
        more = f" and {len(seen) - SHOWN} more" if len(seen) > SHOWN else ""
        changes.notes.append(f"`{target.name}` also stands in {', '.join(seen[:SHOWN])}{more}: look at that")


def _line(target: EditTarget, path: KeyPath) -> str:
    document = target.worker.config
    return f"{document.file}:{document.at(*path).line}"


def _refused(kind: Kind, target: EditTarget, what: str) -> Conflict:
    lines = [f'{kind.word}: "{target.name}" -> "{target.new_name}" in {target.worker.config.file}']
    if kind.read is not None:
        lines.append("// in Rust: " + kind.read.call.format(f'"{target.new_name}"'))
    return Conflict(
        what="a file is written in a way that cannot be changed for certain",
        where=what,
        why="every other byte must stay; so nothing was written",
        fix="change the name by hand, wherever it stands",
        details=lines,
    )
