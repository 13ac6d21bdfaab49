"""Keeps the record of a project's additions true with every edit.

Not here: the file (`record.py`), and the plans of edits (`requested_plan.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from scaffolder.editing.kind import Kind
from scaffolder.editing.kind_registry import kinds
from scaffolder.editing.plan import Plan
from scaffolder.editing.record import ANSWERS, FILE, Addition, change, read
from scaffolder.editing.target import EditTarget
from scaffolder.reading.project import Worker


def keep_true(command: str, kind: Kind, targets: Sequence[EditTarget], plan: Plan) -> None:
    """Plan the record's part of an edit, if the project has one or was made from a template.

    Args:
        command: `add`, `remove` or `rename`.
        kind: The kind of what is edited.
        targets: The same name in each environment.
        plan: The plan of the edit.

    Raises:
        BadInput: The record cannot be read.
    """
    home = home_of(targets[0].worker)
    if home is None:
        return
    before = read(home) or ()
    edited = {"add": _added, "remove": _removed, "rename": _renamed}[command]
    after = edited(before, kind, targets, home)
    if after != before:
        change(home, after, plan)


def home_of(worker: Worker) -> Path | None:
    """Return the folder of the project that a template made, in or around a worker's; None if none did."""
    for folder in (worker.folder, *worker.folder.parents):
        if any((folder / name).is_file() for name in (ANSWERS, FILE)):
            return folder
        if folder == worker.project:
            return None
    return None


def _added(before: Sequence[Addition], kind: Kind, targets: Sequence[EditTarget], home: Path) -> tuple[Addition, ...]:
    first = targets[0]
    found = next((each for each in before if _is_meant(each, kind, first, home)), None)
    if found is None:
        worker, config = _place(first.worker, home)
        names = tuple(each.environment.name for each in targets)
        return (*before, Addition(kind.name, first.name, first.value, names, worker, config))
    names = tuple(dict.fromkeys((*found.environments, *(each.environment.name for each in targets))))
    merged = replace(found, value=found.value or first.value, environments=names)
    return tuple(merged if each is found else each for each in before)


def _removed(before: Sequence[Addition], kind: Kind, targets: Sequence[EditTarget], home: Path) -> tuple[Addition, ...]:
    first, left = targets[0], list[Addition]()
    gone = {first.name} if kind.is_environment else {each.environment.name for each in targets}
    for each in before:
        is_meant = _is_meant(each, kind, first, home)
        if kind.is_environment and is_meant:
            continue
        if is_meant or (kind.is_environment and _is_of(each, first.worker, home)):
            each = replace(each, environments=tuple(name for name in each.environments if name not in gone))  # noqa: PLW2901
        left += [each] if each.environments else []
    return tuple(left)


def _renamed(before: Sequence[Addition], kind: Kind, targets: Sequence[EditTarget], home: Path) -> tuple[Addition, ...]:
    first = targets[0]
    if kind.is_environment:
        return tuple(_with_environment(each, kind, first, home) for each in before)
    if any(_is_meant(each, kind, first, home) for each in before):
        names = [each.environment.name for each in targets]
        return tuple(part for each in before for part in _parts(each, kind, first, names, home))
    return tuple(_with_value(each, kind, first, home) for each in before)


def _with_environment(each: Addition, kind: Kind, target: EditTarget, home: Path) -> Addition:
    """Return an addition after the renaming of an environment."""
    if not _is_of(each, target.worker, home):
        return each
    if kinds().get(each.kind) == kind:
        return replace(each, name=target.new_name) if each.name == target.name else each
    names = tuple(target.new_name if name == target.name else name for name in each.environments)
    return replace(each, environments=names)


def _parts(each: Addition, kind: Kind, target: EditTarget, names: Sequence[str], home: Path) -> Iterator[Addition]:
    """Yield an addition after its renaming in some environments: what keeps the old name, and what has the new one."""
    if not _is_meant(each, kind, target, home):
        yield each
        return
    kept = tuple(name for name in each.environments if name not in names)
    renamed = tuple(name for name in each.environments if name in names)
    if kept:
        yield replace(each, environments=kept)
    if renamed:
        yield replace(each, name=target.new_name, environments=renamed)


def _with_value(each: Addition, kind: Kind, target: EditTarget, home: Path) -> Addition:
    """Return an addition after the renaming of its value, such as a class, which may be the one it got by default."""
    if (
        kind.value is None
        or not kind.value.key
        or kinds().get(each.kind) != kind
        or not _is_of(each, target.worker, home)
    ):
        return each
    found = kind.find(replace(target, name=each.name, value="", new_name=""))
    is_it = found is not None and found.get(kind.value.key) == target.name
    return replace(each, value=target.new_name) if is_it or each.value == target.name else each


def _is_meant(each: Addition, kind: Kind, target: EditTarget, home: Path) -> bool:
    """Return whether an addition is that of a target: of its kind, or of one that binds the same."""
    known = kinds().get(each.kind)
    is_kind = known == kind or (known is not None and bool(kind.binding) and known.binding == kind.binding)
    return is_kind and (kind.is_single or each.name == target.name) and _is_of(each, target.worker, home)


def _is_of(each: Addition, worker: Worker, home: Path) -> bool:
    return (each.worker, each.config) == _place(worker, home)


def _place(worker: Worker, home: Path) -> tuple[str, str]:
    folder = worker.folder.relative_to(home).as_posix()
    config = worker.file.relative_to(home).as_posix() if worker.is_given else ""
    return "" if folder == "." else folder, config
