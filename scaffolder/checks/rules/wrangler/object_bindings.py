"""Durable Objects: the binding, the lifecycle and the Rust struct must agree.

Not here: the storage of an object (`object_lifecycles.py`).
"""

from __future__ import annotations

from collections.abc import Iterator

from scaffolder.checks.rule import Rule
from scaffolder.core.findings import Finding
from scaffolder.reading.config.durable_lifecycle import living
from scaffolder.reading.config.environments import Bound, Environment
from scaffolder.reading.project import Worker

BOUND = '[[durable_objects.bindings]]\nname = "COUNTERS"\nclass_name = "Counter"\n'
CREATED = '[[migrations]]\ntag = "v1"\nnew_sqlite_classes = ["Counter"]\n'
STRUCT = "use worker::*;\n\n#[durable_object]\npub struct Counter {\n    state: State,\n}\n"


class WR101(Rule):
    """Every bound Durable Object class is created by a migration or by `exports`.

    Why: a class exists only once a migration or an entry of `exports` creates it. A dry run warns only if nothing
    creates any class; the dev server starts, but SQL in the class fails. The deploy is reported to fail with code
    10061.

    Fix: add the class to `new_sqlite_classes` under a new migration tag, or to `exports`.
    """

    name = "durable-object-not-created"
    wrong = {"wrangler.toml": BOUND}
    right = {"wrangler.toml": f"{BOUND}\n{CREATED}"}

    def check(self, worker: Worker) -> Iterator[Finding]:
        """Yield the bindings whose class is never created."""
        for environment in worker.environments:
            alive = living(environment)
            for bound, name in _own_classes(environment):
                if name not in alive:
                    yield self.found(
                        environment.at(*bound.path, "class_name"),
                        f"`{name}` is bound but never created",
                        fix=self._fix_of(environment, name),
                        environment=environment.name,
                    )

    def _fix_of(self, environment: Environment, name: str) -> str:
        if isinstance(environment.get("exports"), dict):
            return f'add [exports.{name}] with type = "durable-object" and storage = "sqlite"'
        return f'add new_sqlite_classes = ["{name}"] under a new migration tag'


class WR102(Rule):
    """Every bound Durable Object class is a `#[durable_object]` struct.

    Why: the entry point exports each `#[durable_object]` struct under its own name; wrangler builds the worker, then
    rejects a class that is not exported.

    Fix: use the struct's name, in the same upper and lower case.
    """

    name = "durable-object-without-struct"
    wrong = {"wrangler.toml": BOUND, "src/lib.rs": STRUCT.replace("Counter", "Counters")}
    right = {"wrangler.toml": BOUND, "src/lib.rs": STRUCT}

    def check(self, worker: Worker) -> Iterator[Finding]:
        """Yield the bindings whose class is not a struct."""
        if not worker.is_complete:
            return
        structs = _structs(worker)
        for environment in worker.environments:
            for bound, name in _own_classes(environment):
                if name not in structs:
                    yield self.found(
                        environment.at(*bound.path, "class_name"),
                        f"no #[durable_object] struct is named `{name}`",
                        fix=_struct_fix(structs),
                        environment=environment.name,
                    )


class WR103(Rule):
    """Every Durable Object class that `migrations` or `exports` leave in existence is a `#[durable_object]` struct.

    Why: a dry run reports nothing, but the dev server does not start, because the class is not exported. The deploy is
    reported to fail with code 10070.

    Fix: rename the struct to match the class, or retire the class with `deleted_classes` or `renamed_classes` under a
    new tag.
    """

    name = "created-class-without-struct"
    wrong = {"wrangler.toml": CREATED}
    right = {"wrangler.toml": CREATED, "src/lib.rs": STRUCT}

    def check(self, worker: Worker) -> Iterator[Finding]:
        """Yield the classes that exist but are no struct; WR102 reports those that are bound."""
        if not worker.is_complete:
            return
        structs = _structs(worker)
        for environment in worker.environments:
            bound = {name for _, name in _own_classes(environment)}
            for each in living(environment).values():
                if each.name not in structs and each.name not in bound:
                    message = f"`{each.name}` is declared, but no #[durable_object] struct has that name"
                    yield self.found(environment.key(*each.path), message, environment=environment.name)


def _structs(worker: Worker) -> set[str]:
    """Return the names of a worker's Durable Object structs."""
    return {found.name for crate in worker.crates for found in crate.durable_objects}


def _struct_fix(structs: set[str]) -> str:
    """Return the fix for a class name that is not a struct's."""
    return f"the structs are {', '.join(sorted(structs))}" if structs else "add the struct with #[durable_object]"


def _own_classes(environment: Environment) -> Iterator[tuple[Bound, str]]:
    """Yield the bindings to classes of this very worker, each with its class."""
    for bound in environment.bindings():
        name = bound.table.get("class_name")
        is_own = "script_name" not in bound.table or bound.table["script_name"] == environment.get("name")
        if bound.kind == "durable-object" and isinstance(name, str) and is_own:
            yield bound, name
