"""A D1 database, with a folder for its migrations and the first of them.

Not here: applying migrations, which wrangler does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from scaffolder.core.errors import Conflict
from scaffolder.editing.argument import Value
from scaffolder.editing.plan import Plan
from scaffolder.editing.rust.binding_field import Accessor
from scaffolder.editing.storage import Binding
from scaffolder.editing.target import EditTarget
from scaffolder.reading.config.accepted_values import DATABASE
from scaffolder.reading.project import Worker

FOLDER = "migrations"
"""The folder in which wrangler looks for migrations, unless it is told another one."""

MIGRATION = "-- The first migration of {}: create its tables here, and put later changes into files 0002, 0003, ...\n"


@dataclass(frozen=True, kw_only=True)
class D1(Binding):
    """A database with a folder of migrations."""

    def further_keys(self, target: EditTarget) -> dict[str, Any]:
        """Return the name of the database, and the folder of its migrations."""
        return {**super().further_keys(target), "migrations_dir": _migrations_folder(target)}

    def on_add(self, targets: Sequence[EditTarget], plan: Plan) -> None:
        """Create the first migration, unless there is such a folder.

        Raises:
            Conflict: A file has the name of the folder.
        """
        first = targets[0]
        if self.find(first) is not None:
            return
        folder = first.worker.folder / _migrations_folder(first)
        if folder.is_file():
            raise Conflict(
                what=f"`{folder.name}` is a file",
                where=folder.name,
                why="the database's migrations need a folder of that name",
                fix="rename the file",
            )
        if not folder.exists():
            plan.change(folder / "0001_initial.sql", None, MIGRATION.format(first.name).encode())
        config = first.worker.config.file
        # wrangler finds the file by itself only in the folder that it runs in.
        where = f" --config {config}" if "/" in config else ""
        plan.notes.append(
            f"to apply the migrations locally: npx wrangler d1 migrations apply {first.name} --local{where}"
        )


def _migrations_folder(target: EditTarget) -> str:
    """Return the database's folder in another environment, or one that holds no other database's migrations."""
    tables = [table for each in target.worker.environments for _, table in each.tables("d1_databases")]
    folders = {str(table.get("binding")): str(table.get("migrations_dir", FOLDER)) for table in tables}
    if target.name in folders:
        return folders[target.name]
    is_taken = FOLDER in {folder.strip("./") for folder in folders.values()}
    return f"{FOLDER}-{target.kebab_name}" if is_taken or _is_of_another_server(target.worker) else FOLDER


def _is_of_another_server(worker: Worker) -> bool:
    """Return whether the folder has migrations for a server behind Hyperdrive, whose SQL is not that of D1."""
    return (worker.folder / FOLDER).is_dir() and any(each.get("hyperdrive") for each in worker.environments)


KINDS = (
    D1(
        name="d1",
        title="A D1 database, named by `=DATABASE`, with a first migration.",
        binding="d1",
        argument="NAME[=DATABASE]",
        usual_name="DB",
        value=Value(
            key="database_name",
            default=lambda target: target.resource_name,
            accepts=DATABASE.fullmatch,
            noun="database name",
            rule="a database name begins with a letter or a digit, and has letters, digits, dashes and underscores",
            example="my-database",
        ),
        accessor=Accessor("worker::D1Database", "env.d1({})?", needs=("Env::d1",)),
        cargo_feature="d1",
        note_on_remove="kept the database's migrations, which are never removed",
        test="""
test("$name applies its migrations and answers a query", async () => {
  await $worker.applyD1Migrations("$name");
  const { $name } = await $worker.getEnv();
  assert.equal(await $name.prepare("SELECT 1 AS one").first("one"), 1);
});
""",
    ),
)
