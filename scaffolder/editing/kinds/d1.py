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
    """Return a folder that holds no other database's migrations."""
    listed = target.worker.config.get("d1_databases")
    others = [each for each in listed or [] if isinstance(each, dict) and each.get("binding") != target.name]
    taken = {str(each.get("migrations_dir", "migrations")).strip("./") for each in others}
    return "migrations" if "migrations" not in taken else f"migrations-{target.kebab_name}"


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
