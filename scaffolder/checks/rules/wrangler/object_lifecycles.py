"""The lifecycle of Durable Object classes: how they are created, and their kind of storage.

Not here: whether a class is bound, and is a struct (`object_bindings.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scaffolder.checks.rule import Rule
from scaffolder.core.findings import Finding
from scaffolder.reading.config.document import Key
from scaffolder.reading.config.durable_lifecycle import living
from scaffolder.reading.config.environments import Environment
from scaffolder.reading.project import Worker

EXPORTED = '[exports.Counter]\ntype = "durable-object"\nstorage = "sqlite"\n'
MIGRATED = '[[migrations]]\ntag = "v1"\nnew_sqlite_classes = ["Counter"]\n'
SECOND = '\n[[migrations]]\ntag = "{}"\nnew_sqlite_classes = ["Room"]\n'
WITH_SQL = """\
use worker::*;

#[durable_object]
pub struct Counter {
    state: State,
}

impl DurableObject for Counter {
    fn new(state: State, _env: Env) -> Self {
        state.storage().sql().exec("CREATE TABLE IF NOT EXISTS counts (n INTEGER)", None).expect("a valid statement");
        Self { state }
    }

    async fn fetch(&self, _request: Request) -> Result<Response> {
        Response::ok("counted")
    }
}
"""


class WR104(Rule):
    """Durable Object classes are declared in `migrations` or in `exports`, not in both.

    Why: wrangler rejects a file with both, and neither deploys nor starts the dev server.

    Fix: keep `exports` and delete the migrations once every live class is listed in it, or keep only the migrations.
    """

    name = "migrations-and-exports"
    wrong = {"wrangler.toml": f"{MIGRATED}\n{EXPORTED}"}
    right = {"wrangler.toml": EXPORTED}

    def check(self, worker: Worker) -> Iterator[Finding]:
        """Yield the environments that have both, inherited or not."""
        for environment in worker.environments:
            exports = environment.get("exports")
            listed = exports.values() if isinstance(exports, dict) else ()
            if environment.get("migrations") and any(_is_object(each) for each in listed):
                message = "Durable Object classes are declared in both `migrations` and `exports`"
                yield self.found(environment.key("migrations"), message, environment=environment.name)


class WR105(Rule):
    """Migration tags are unique, and each migration can be applied after the ones before it.

    Why: a dry run replays the migrations and rejects a class that is created twice, but accepts a duplicate tag.
    According to Cloudflare's documentation, a deploy looks for the tag that was applied last and applies every
    migration after it; if a tag is empty or a duplicate, it applies the wrong ones.

    Fix: give every migration a new tag, and refer only to classes that exist at that point.
    """

    name = "invalid-class-migration"
    wrong = {"wrangler.toml": MIGRATED + SECOND.format("v1")}
    right = {"wrangler.toml": MIGRATED + SECOND.format("v2")}

    def check(self, worker: Worker) -> Iterator[Finding]:
        """Yield invalid tags and steps, except about classes that are transferred from another worker."""
        for environment in worker.environments:
            yield from self._tags(environment)
            for path, message in _misfits(environment):
                yield self.found(
                    environment.at(*path),
                    message,
                    environment=environment.name,
                    fix="correct the class name, or remove this step if it was never deployed",
                )

    def _tags(self, environment: Environment) -> Iterator[Finding]:
        seen: set[str] = set()
        for path, migration in environment.tables("migrations"):
            tag = migration.get("tag")
            if not isinstance(tag, str):
                continue
            if not tag or tag in seen:
                message = f"an earlier migration already has the tag `{tag}`" if tag else "the tag is empty"
                span, fix = environment.at(*path, "tag"), "write a tag that no other migration has"
                yield self.found(span, message, fix=fix, environment=environment.name)
            seen.add(tag)


class WR106(Rule):
    """A Durable Object class that uses SQL has SQLite storage.

    Why: every SQL statement fails at run time, because a class created by `new_classes`, or with `legacy-kv` storage,
    has only key-value storage.

    Fix: create the class with `new_sqlite_classes`, or with storage = "sqlite" in `exports`; a class that was already
    deployed keeps its storage, so a new class has to replace it.
    """

    name = "sql-without-sqlite"
    wrong = {"wrangler.toml": MIGRATED.replace("_sqlite", ""), "src/lib.rs": WITH_SQL}
    right = {"wrangler.toml": MIGRATED, "src/lib.rs": WITH_SQL}

    def check(self, worker: Worker) -> Iterator[Finding]:
        """Yield the classes without SQLite whose own methods use SQL.

        A class that uses none may have either storage, and one that was deployed cannot change it.
        """
        using_sql = _using_sql(worker)
        for environment in worker.environments:
            for each in living(environment).values():
                if each.storage == "legacy-kv" and each.name in using_sql:
                    message = f"`{each.name}` uses SQL, but is created without SQLite storage"
                    span = environment.at(*each.path, "storage")
                    yield self.found(span, message, environment=environment.name)


def _is_object(export: Any) -> bool:
    return isinstance(export, dict) and export.get("type") == "durable-object"


def _using_sql(worker: Worker) -> set[str]:
    """Return the Durable Object structs whose methods certainly use SQL."""
    return {
        found.name
        for crate in worker.crates
        for found in crate.durable_objects
        if any(use.owner == found.name and not use.condition for use in crate.sql_uses)
    }


def _misfits(environment: Environment) -> Iterator[tuple[tuple[Key, ...], str]]:
    """Replay the migrations as wrangler does, and yield the steps that it refuses."""
    alive: set[str] = set()
    unsure = {
        str(_of(step, "to"))
        for _, migration in environment.tables("migrations")
        for _, step in _steps(migration, "transferred_classes")
    }
    for path, migration in environment.tables("migrations"):
        for at, ended, begun in _changes(migration):
            if ended and ended not in alive | unsure:
                yield (*path, *at), f"`{ended}` is deleted or renamed here, but does not exist at this point"
            if not ended and begun in alive - unsure:
                yield (*path, *at), f"`{begun}` is created here, but already exists at this point"
            alive = alive - {ended} | {begun}


def _changes(migration: dict[str, Any]) -> Iterator[tuple[tuple[Key, ...], str, str]]:
    """Yield the steps of a migration in wrangler's order: path, class that ends, class that is created."""
    yield from ((at, str(name), "") for at, name in _steps(migration, "deleted_classes"))
    for at, step in _steps(migration, "renamed_classes"):
        yield (*at, "from"), str(_of(step, "from")), str(_of(step, "to"))
    for key in ("new_classes", "new_sqlite_classes"):
        yield from ((at, "", str(name)) for at, name in _steps(migration, key))


def _steps(migration: dict[str, Any], key: str) -> list[tuple[tuple[Key, ...], Any]]:
    found = migration.get(key)
    return [((key, number), step) for number, step in enumerate(found if isinstance(found, list) else ())]


def _of(step: Any, key: str) -> Any:
    return step.get(key) if isinstance(step, dict) else None
