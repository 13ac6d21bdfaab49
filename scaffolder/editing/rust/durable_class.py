"""Checks and edits a Durable Object class when a binding to it is added or removed.

Not here: its lifecycle in a wrangler file (`lifecycle_edits.py`), and its module's text (`durable_object.py`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from typing import Any

from scaffolder.core.errors import BadInput, Conflict, IOFailure
from scaffolder.editing import history, origin, wrangler_file
from scaffolder.editing.config.lifecycle_edits import Lifecycle
from scaffolder.editing.plan import Plan
from scaffolder.editing.rust import crate_root
from scaffolder.editing.target import EditTarget
from scaffolder.reading.config.document import tables_of
from scaffolder.reading.config.environments import Environment, environments
from scaffolder.reading.javascript.entries import entries
from scaffolder.reading.mentions import is_named_elsewhere
from scaffolder.reading.project import Worker
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
"""Names that the module itself uses, or the JavaScript that worker-build writes for every worker."""

TAKEN = frozenset(PRELUDE.split())


def check(name: str, example: str, further: AbstractSet[str] = frozenset()) -> None:
    """Check the name of a class.

    Args:
        name: The name; empty for a class of another worker, which has its own checks.
        example: A command with a valid name.
        further: Further names that are taken.

    Raises:
        BadInput: It is not valid.
    """
    if name and (not NAME.fullmatch(name) or name in TAKEN | further):
        raise BadInput(
            what=f"`{name}` is not a valid class name",
            where="NAME",
            why="a class name is a capital followed by letters and digits, and no built-in name of Rust or JavaScript",
            fix=example,
        )


def snake(name: str) -> str:
    """Return the name of a class as Rust writes a module."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


def is_foreign(environment: Environment, table: Any) -> bool:
    """Return whether the table of a binding names a class of another worker."""
    return "script_name" in table and table["script_name"] != environment.get("name")


def structs(worker: Worker) -> set[str]:
    """Return the names of the worker's Durable Object structs."""
    return {found.name for crate in worker.crates for found in crate.durable_objects}


def classes(worker: Worker) -> set[str]:
    """Return the names of the worker's structs, and of the classes that its own JavaScript exports."""
    return structs(worker) | {name for module in entries(worker) for name in module.own_classes}


def source_of(worker: Worker, name: str) -> Source | None:
    """Return the file of the worker's own crate with the struct of a class, or None."""
    files = [found.span.file for found in worker.crate.durable_objects if found.name == name]
    return next((source for source in worker.crate.sources if source.file in files), None)


def free_module(worker: Worker, stem: str) -> str:
    """Return a name for the module of a class that no file has: the usual one, or one with a suffix.

    Raises:
        Unclear: The crate has no root.
    """
    names = [stem, f"{stem}_object", *(f"{stem}_object{number}" for number in range(2, 100))]
    paths = {name: crate_root.module_path(worker, name) for name in names}
    return next(
        name for name, path in paths.items() if not path.exists() and not (path.with_suffix("") / "mod.rs").exists()
    )


def is_module_of_class(worker: Worker, file: str) -> bool:
    """Return whether a file has a struct, such as one of a class that was renamed since."""
    return any(found.span.file == file for found in worker.crate.durable_objects)


def note_origin(names: AbstractSet[str], worker: Worker, plan: Plan) -> None:
    """Put into the plan which classes a new binding creates, and which it finds without any binding."""
    lives = [each.living for each in history.lifecycles_of(worker)]
    if any(names - living for living in lives):
        history.note_forgotten_tags(worker, plan)
    for name in names:
        is_new = not all(name in living for living in lives)
        origin.note(worker, f"class {name}", plan, is_new=is_new, wants=_binds(name))


def _binds(name: str) -> origin.Wants:
    path = ("durable_objects", "bindings")
    return origin.in_any(lambda table: any(each.get("class_name") == name for _, each in tables_of(table, path)))


def end(name: str, targets: Sequence[EditTarget], plan: Plan, *, has_container: bool = False) -> bool:
    """Plan the end of a class in each lifecycle in which nothing binds it any more, unless it lived so before an edit.

    Args:
        name: The name of the class.
        targets: The bindings that are removed.
        plan: The plan.
        has_container: Whether its container is removed with it.

    Returns:
        Whether it lives nowhere then.

    Raises:
        Conflict: A container needs it, or the user passed `--never-deployed` but it is in a commit.
    """
    worker = targets[0].worker
    gone = {target.environment.name for target in targets}
    if origin.receipt_of(worker, f"class {name}") is False:
        plan.notes.append(
            f"kept class `{name}`, which was there before the binding; a migration with deleted_classes deletes it"
        )
        return False
    alive = [each for each in history.lifecycles_of(worker) if name in each.living]
    ending = [each for each in alive if gone & {*each.holds_for} and not _binders(name, each, targets)]
    kept = [binder for each in alive for binder in _binders(name, each, targets)]
    if kept:
        plan.notes.append(f"kept class `{name}`, which is still bound as {', '.join(dict.fromkeys(kept))}")
    if not has_container:
        _refuse_containers(name, ending, worker)
    if ending and is_named_elsewhere(worker, name):
        plan.notes.append(f"another wrangler file refers to `{name}`: check whether it still needs the class")
    for each in ending:
        if targets[0].was_never_deployed:
            _refuse_committed(name, each, worker)
            wrangler_file.change(worker, [each.taken_back(name)], plan)
        else:
            wrangler_file.change(worker, [*each.deleted(name)], plan)
            _warn(name, each, worker, plan)
        origin.forget(worker, f"class {name}", plan)
    return ending == alive


def _refuse_containers(name: str, ending: Sequence[Lifecycle], worker: Worker) -> None:
    """Refuse to end a class that a container is linked to, which wrangler would not deploy."""
    named = {environment for each in ending for environment in each.holds_for}
    for environment in (each for each in environments(worker.config) if each.name in named):
        for path, table in worker.config.tables(*environment.prefix, "containers"):
            if table.get("class_name") == name:
                raise Conflict(
                    what=f"a container is linked to `{name}`",
                    where=f"{worker.config.file}:{worker.config.at(*path).line}",
                    why="a container needs its class",
                    fix="remove the container first",
                )


def leave(name: str, source: Source, target: EditTarget, plan: Plan) -> None:
    """Note that a struct stays.

    Raises:
        Conflict: The user passed `--never-deployed`, which would leave a struct without a lifecycle.
    """
    if target.was_never_deployed:
        raise Conflict(
            what=f"the struct `{name}` differs from the generated one",
            where=source.file,
            why="only an unchanged struct is removed",
            fix="remove the struct and its module by hand, then run the command again",
        )
    plan.notes.append(
        f"{source.file} differs from the generated file, so the struct `{name}` stays; nothing uses it any more"
    )


def refuse_uses(name: str, stem: str, own: Source, worker: Worker) -> None:
    """Refuse to delete a struct's module while other Rust uses either.

    Raises:
        Conflict: Other Rust does.
    """
    places = []
    for source in worker.crate.sources:
        file = parse(source, "")
        words = [*tokens(file, name), *(each for each in tokens(file, stem) if _is_path(source, each.end))]
        places += [f"{source.file}:{source.span(each.start, each.end).line}" for each in words if source != own]
    if places:
        raise Conflict(
            what=f"Rust code still uses `{name}`",
            where=", ".join(dict.fromkeys(places)),
            why="its module is removed with it, and the crate would not compile",
            fix="remove these uses first",
        )


def _is_path(source: Source, end: int) -> bool:
    return source.even[end:].lstrip().startswith(b"::")


def _binders(name: str, lifecycle: Lifecycle, targets: Sequence[EditTarget]) -> list[str]:
    """Return the bindings of a class that are left after a removal."""
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
    commit, tag = history.commit_that_creates(name, lifecycle, worker)
    if commit:
        mark = "its entry in exports" if lifecycle.is_by_exports else f"the tag `{tag}`"
        raise Conflict(
            what=f"`{name}` may have been deployed",
            where=worker.config.file,
            why=f"{mark} is in the commit {commit}",
            fix=f"leave out --never-deployed; the next deploy then deletes `{name}` with its data",
        )


def _warn(name: str, lifecycle: Lifecycle, worker: Worker, plan: Plan) -> None:
    where = f" of {lifecycle.environment.name}" if lifecycle.environment.name else ""
    plan.notes.append(f"the next deploy{where} deletes `{name}` and all data of its objects")
    history.note_forgotten_tags(worker, plan)
    with suppress(IOFailure):
        if not history.commit_that_creates(name, lifecycle, worker)[0]:
            plan.notes.append("if it was never deployed, undo this and run the command again with --never-deployed")
