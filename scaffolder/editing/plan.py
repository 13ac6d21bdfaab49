"""Decides what an edit changes: every file's bytes before and after, or the refusal with what to paste.

Nothing is written here. What cannot be proven for one file is refused for all.

Not here: writing (`transaction.py`), and what each kind is (`kinds/`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from shlex import quote

from scaffolder.core.errors import BadInput, Conflict
from scaffolder.core.invocation import program
from scaffolder.editing.kind import EditTarget, Kind
from scaffolder.editing.operations import Insert, Remove, Unclear
from scaffolder.editing.paste import of_put, of_rust
from scaffolder.editing.rust import rust_sync
from scaffolder.editing.verify import changed
from scaffolder.editing.worker_tests import test_cases
from scaffolder.reading.config.environments import Environment
from scaffolder.reading.project import Worker
from scaffolder.system.transaction import FileChange


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
        """Take note of a file, unless it stays as it is; a file may be changed twice."""
        number = next((number for number, each in enumerate(self.files) if each.path == path), None)
        if number is not None:
            self.files[number] = FileChange(path, self.files[number].before, after)
        elif before != after:
            self.files.append(FileChange(path, before, after))

    def now(self, path: Path, before: bytes) -> bytes:
        """Answer a file's bytes as they will be."""
        return next((each.after or b"" for each in self.files if each.path == path), before)


def to_add(kind: Kind, targets: Sequence[EditTarget]) -> Plan:
    """Plan what adds something to some environments.

    Raises:
        Conflict: Something else is there, or a file has a shape that cannot be changed for certain.
    """
    plan, first = Plan(), targets[0]
    puts: list[Insert] = []
    for target in targets:
        refuse_other(kind, target)
        there = kind.there(target)
        if there is not None and not kind.is_same(target, there[1]):
            raise _differs(kind, target)
        puts += [] if there is not None else [*kind.puts(target)]
    puts += kind.history(targets)
    _change_config(plan, first.worker, puts)
    try:
        rust_sync.in_rust(plan, kind, targets)
        kind.brings(targets, plan)
        if kind.feature:
            rust_sync.for_feature(plan, first.worker, kind.feature)
        if puts:
            test_cases.add(kind, targets, plan)
    except Unclear as error:
        raise _refused(first.worker, str(error) or "the Rust", of_rust(kind, first), puts) from error
    return plan


def to_remove(kind: Kind, targets: Sequence[EditTarget]) -> Plan:
    """Plan what takes something out of some environments.

    Raises:
        BadInput: It is nowhere.
        Conflict: It is something else, has another value than was said, or cannot be taken out for certain.
    """
    plan, first = Plan(), targets[0]
    drops: list[Remove] = []
    puts: list[Insert] = []
    for target in targets:
        refuse_other(kind, target)
        there = kind.there(target)
        if there is not None and target.value and not kind.is_same(target, there[1]):
            raise _is_another(kind, target)
        if there is not None and (kind.says == "value" or kind.bound or kind.is_same(target, there[1])):
            drops.append(Remove(there[0]))
            puts += kind.leaves(target)
    if not drops:
        raise BadInput(
            what=f"there is no {kind.word} `{first.name}`",
            where=first.worker.config.file,
            why="nothing is known by that name",
            fix="give the name as the wrangler file has it",
        )
    document = first.worker.config
    try:
        # From the last one on, so that the indices of the others still hold.
        ordered = sorted(drops, key=lambda drop: document.at(*drop.path).start, reverse=True)
        after = changed(document, [*ordered, *puts])
        plan.change(first.worker.project / document.file, document.source.content, after)
        rust_sync.no_longer_in_rust(plan, kind, first)
        if kind.feature and not rust_sync.is_needed(kind.feature, first, kind):
            rust_sync.for_no_feature(plan, first.worker, kind.feature)
        kind.takes(targets, plan)
        test_cases.remove(kind, targets, plan)
    except Unclear as error:
        what = str(error) or document.file
        raise _unclear(what, f"take {kind.word} `{first.name}` out by hand") from error
    return plan


def refuse_other(kind: Kind, target: EditTarget) -> None:
    """Refuse a name that something of another kind has.

    Raises:
        Conflict: It does.
    """
    if not kind.bound:
        return
    for bound in Environment(target.worker.config, target.environment.name).bindings():
        if bound.name == target.name and bound.kind != kind.bound:
            raise Conflict(
                what=f"`{target.name}` is the name of something else",
                where=_place(target, bound.path),
                why=f"it is bound as {bound.kind}, and each name is there once",
                fix="choose another name",
            )


def _differs(kind: Kind, target: EditTarget) -> Conflict:
    there, other = kind.there(target), "" if kind.is_single else "choose another name, or "
    return Conflict(
        what=f"this worker has its {kind.word} already" if kind.is_single else f"there is another {kind.word} already",
        where=_place(target, there[0] if there else ()),
        why=f"it is not the same as {target.name}{'=' if target.value else ''}{target.value}",
        fix=f"{other}change what is there by hand",
    )


def _is_another(kind: Kind, target: EditTarget) -> Conflict:
    there = kind.there(target)
    return Conflict(
        what=f"{kind.word} `{target.name}` is not what was said",
        where=_place(target, there[0] if there else ()),
        why=f"it is not the same as {target.name}={target.value}",
        fix=f"{program()} remove {kind.word} {quote(target.name)}, if it is to go whatever it is",
    )


def _change_config(plan: Plan, worker: Worker, puts: Sequence[Insert]) -> None:
    document = worker.config
    try:
        after = changed(document, puts)
    except Unclear as error:
        raise _refused(worker, document.file, [], puts) from error
    plan.change(worker.project / document.file, document.source.content, after)


def _place(target: EditTarget, path: tuple[str | int, ...]) -> str:
    document = target.worker.config
    span = document.at(*target.environment.written(tuple(path)) if path[:1] != ("env",) else path)
    return f"{document.file}:{span.line}"


def _refused(worker: Worker, what: str, snippet: Sequence[str], puts: Sequence[Insert]) -> Conflict:
    lines = [line for put in puts for line in of_put(worker.config, put)]
    return _unclear(what, "paste this by hand, each part where it belongs", [*lines, *snippet])


def _unclear(what: str, fix: str, details: Sequence[str] = ()) -> Conflict:
    return Conflict(
        what="a file is written in a way that cannot be changed for certain",
        where=what,
        why="every other byte must stay; so nothing was written",
        fix=fix,
        details=list(details),
    )
