"""What is asked of a Durable Object class when its binding comes or goes: its name, its struct, how it ends.

Not here: its lifecycle in a wrangler file (`lifecycle_edits.py`), and its module's text (`durable_object.py`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from scaffolder.core.errors import BadInput, Conflict, IOFailure
from scaffolder.editing.config.lifecycle_edits import Lifecycle, exported, lifecycles, tags
from scaffolder.editing.kind import Changes, EditTarget, Kind
from scaffolder.editing.operations import Insert, Remove
from scaffolder.editing.verify import changed, reread
from scaffolder.reading.config.document import Document
from scaffolder.reading.config.environments import Environment, environments
from scaffolder.reading.mentions import is_named_elsewhere
from scaffolder.reading.project import CONFIGS, Worker
from scaffolder.reading.rust.identifiers import tokens
from scaffolder.reading.rust.parser import parse
from scaffolder.reading.source import Source

NAME = re.compile(r"[A-Z][A-Za-z0-9]{0,63}")

PRELUDE = """
Array ArrayBuffer BigInt Boolean Box DataView Date DurableObject Env Err Error FinalizationRegistry Function
HashMap Headers JSON Map Math None Number Object Ok Option Promise Proxy Reflect RegExp Request Response
Result Self Set Some SqlStorage State String Symbol TextDecoder TextEncoder URL Vec WeakMap WeakRef
WebAssembly WebSocket
"""
"""Names that the module itself uses, or the JavaScript that is made for every worker."""

TAKEN = frozenset(PRELUDE.split())


def of(kind: Kind, target: EditTarget) -> str:
    """Answer the class that is meant: that of the binding if it is there, else the one that was said or follows.

    Empty for a class of another worker.
    """
    there = kind.there(target)
    if there is not None:
        return "" if is_foreign(target.environment, there[1]) else str(there[1].get("class_name", ""))
    return target.value or "".join(word.capitalize() for word in target.name.split("_"))


def check(name: str, example: str) -> None:
    """Refuse a name that no class can have.

    Raises:
        BadInput: It cannot be.
    """
    if name and (not NAME.fullmatch(name) or name in TAKEN):
        raise BadInput(
            what=f"`{name}` is no name for a class",
            where="NAME",
            why="it is a Rust struct and a JavaScript class: a capital, then letters and digits, and no name of theirs",
            fix=example,
        )


def is_foreign(environment: Environment, table: Any) -> bool:
    """Answer whether a binding is to a class of another worker."""
    return "script_name" in table and table["script_name"] != environment.get("name")


def structs(worker: Worker) -> set[str]:
    """Answer the names of the worker's Durable Object structs."""
    return {found.name for crate in worker.crates for found in crate.durable_objects}


def source_of(worker: Worker, name: str) -> Source | None:
    """Answer the file of the worker's own crate with the struct of a class."""
    files = [found.span.file for found in worker.crate.durable_objects if found.name == name]
    return next((source for source in worker.crate.sources if source.file in files), None)


def end(name: str, targets: Sequence[EditTarget], changes: Changes) -> bool:
    """Plan the end of a class wherever nothing binds it any more; answer whether it lives nowhere then.

    Raises:
        Conflict: The user said that it was never deployed, but it is in a commit.
    """
    worker = targets[0].worker
    gone = {target.environment.name for target in targets}
    alive = [each for each in lifecycles(worker.config) if name in each.living]
    ending = [each for each in alive if gone & {*each.holds_for} and not _binders(name, each, targets)]
    kept = [binder for each in alive for binder in _binders(name, each, targets)]
    if kept:
        changes.notes.append(f"`{name}` stays: it is bound as {', '.join(dict.fromkeys(kept))}")
    _refuse_containers(name, ending, worker)
    if ending and is_named_elsewhere(worker, name):
        changes.notes.append(f"another wrangler file names `{name}`: look at that")
    for each in ending:
        if targets[0].was_never_deployed:
            _refuse_committed(name, each, worker)
            _change(worker, [each.taken_back(name)], changes)
        else:
            _change(worker, [*each.deleted(name)], changes)
            _warn(name, each, worker, changes)
    return ending == alive


def _refuse_containers(name: str, ending: Sequence[Lifecycle], worker: Worker) -> None:
    """Refuse to end a class that a container is linked to, which wrangler would not take."""
    named = {environment for each in ending for environment in each.holds_for}
    for environment in (each for each in environments(worker.config) if each.name in named):
        for path, table in worker.config.tables(*environment.prefix, "containers"):
            if table.get("class_name") == name:
                raise Conflict(
                    what=f"a container is linked to `{name}`",
                    where=f"{worker.config.file}:{worker.config.at(*path).line}",
                    why="it cannot be without its class",
                    fix="take the container out first",
                )


def leave(name: str, source: Source, target: EditTarget, changes: Changes) -> None:
    """Say that a struct stays.

    Raises:
        Conflict: Nothing would name it any more.
    """
    if target.was_never_deployed:
        raise Conflict(
            what=f"the struct `{name}` is not as it was made",
            where=source.file,
            why="so it is not taken out",
            fix="take the struct and its module out by hand, then run the same command again",
        )
    changes.notes.append(f"{source.file} is not as it was made, so the struct `{name}` stays; nothing runs it any more")


def refuse_uses(name: str, stem: str, own: Source, worker: Worker) -> None:
    """Refuse to take a struct's module out while other Rust uses either.

    Raises:
        Conflict: It does.
    """
    places = []
    for source in worker.crate.sources:
        file = parse(source, "")
        words = [*tokens(file, name), *(each for each in tokens(file, stem) if _is_path(source, each.end))]
        places += [f"{source.file}:{source.span(each.start, each.end).line}" for each in words if source != own]
    if places:
        raise Conflict(
            what=f"the Rust still uses `{name}`",
            where=", ".join(dict.fromkeys(places)),
            why="its module goes with it, and nothing would compile",
            fix="take that out first",
        )


def _is_path(source: Source, end: int) -> bool:
    return source.even[end:].lstrip().startswith(b"::")


def _binders(name: str, lifecycle: Lifecycle, targets: Sequence[EditTarget]) -> list[str]:
    """Answer the bindings of a class that are left."""
    found, first = [], targets[0]
    gone = {(target.environment.name, first.name) for target in targets}
    for each in lifecycle.holds_for:
        environment = Environment(first.worker.config, each)
        for bound in environment.bindings():
            is_it = bound.kind == "durable-object" and bound.table.get("class_name") == name
            if is_it and not is_foreign(environment, bound.table) and (each, bound.name) not in gone:
                found.append(f"`{bound.name}`{f' in {each}' if each else ''}")
    return found


def _refuse_committed(name: str, lifecycle: Lifecycle, worker: Worker) -> None:
    commit = _commit_of(name, lifecycle, worker)
    if commit:
        mark = "its entry in exports" if lifecycle.is_by_exports else f"the tag `{lifecycle.mark(name)}`"
        raise Conflict(
            what=f"`{name}` may have been deployed",
            where=worker.config.file,
            why=f"{mark} is in the commit {commit}",
            fix=f"leave --never-deployed out; the next deploy then deletes `{name}` with its data",
        )


def _commit_of(name: str, lifecycle: Lifecycle, worker: Worker) -> str:
    """Answer a commit in which a class was created; an empty text if it is in none."""
    from scaffolder.system import git_repository  # noqa: PLC0415 - git, which no other edit needs

    mark = lifecycle.mark(name)
    for commit, file, content in git_repository.versions(worker.folder, *CONFIGS):
        if mark.encode() in content and _has_mark(mark, Source(file, content), lifecycle):
            return commit[:12]
    return ""


def _has_mark(mark: str, source: Source, lifecycle: Lifecycle) -> bool:
    """Answer whether an earlier version of the file created the class; one that does not parse may have done so."""
    try:
        data = reread(Document(source, {}, {}), source.content).data
    except BadInput:
        return True
    return mark in (exported(data) if lifecycle.is_by_exports else tags(data))


def _warn(name: str, lifecycle: Lifecycle, worker: Worker, changes: Changes) -> None:
    where = f" of {lifecycle.environment.name}" if lifecycle.environment.name else ""
    changes.notes.append(f"the next deploy{where} deletes `{name}`, with all data that its objects hold")
    with suppress(IOFailure):
        if not _commit_of(name, lifecycle, worker):
            changes.notes.append("if it was never deployed, undo this and say --never-deployed: that takes it back")


def _change(worker: Worker, edits: Sequence[Insert | Remove], changes: Changes) -> None:
    """Change the wrangler file as it will be."""
    path, source = worker.project / worker.config.file, worker.config.source
    document = reread(worker.config, changes.now(path, source.content))
    changes.change(path, source.content, changed(document, edits))
