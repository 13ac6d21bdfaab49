"""A D1 database, with a folder for its migrations and the first of them.

Not here: applying migrations, which wrangler does.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from scaffolder.core.errors import Conflict
from scaffolder.editing.kind import Changes, EditTarget, Kind
from scaffolder.editing.rust.bindings_rs import Read

MIGRATION = "-- The first migration of {}: write its tables here, and later changes into files 0002, 0003, ...\n"


class D1(Kind):
    """A D1 database with a first migration: `=DATABASE` names it."""

    word, bound, says, feature = "d1", "d1", "database_name", "d1"
    form, usual = "NAME[=DATABASE]", "DB"
    read = Read("worker::D1Database", "env.d1({})?")
    test = """
test("$name takes its migrations, and answers", async () => {
  await $worker.applyD1Migrations("$name");
  const { $name } = await $worker.getEnv();
  assert.equal(await $name.prepare("SELECT 1 AS one").first("one"), 1);
});
"""

    def table(self, target: EditTarget) -> dict[str, Any]:
        """Name the database, and its folder of migrations."""
        return {"database_name": target.value or target.slug, "migrations_dir": self.folder(target)}

    def folder(self, target: EditTarget) -> str:
        """Answer a folder of migrations that no other database has."""
        listed = target.worker.config.get("d1_databases")
        others = [each for each in listed or [] if isinstance(each, dict) and each.get("binding") != target.name]
        taken = {str(each.get("migrations_dir", "migrations")).strip("./") for each in others}
        return "migrations" if "migrations" not in taken else f"migrations-{target.name.lower().replace('_', '-')}"

    def brings(self, targets: Sequence[EditTarget], changes: Changes) -> None:
        """Make the first migration, unless there are migrations.

        Raises:
            Conflict: A file is there.
        """
        first = targets[0]
        folder = first.worker.folder / self.folder(first)
        if self.there(first) is None and folder.is_file():
            raise Conflict(
                what=f"{folder.name} is a file",
                where=folder.name,
                why="the database's migrations are in a folder",
                fix="give the file another name",
            )
        if self.there(first) is None and not folder.exists():
            changes.change(folder / "0001_initial.sql", None, MIGRATION.format(first.name).encode())
        if self.there(first) is None:
            config = first.worker.config.file
            where = f" --config {config}" if "/" in config else ""
            changes.notes.append(f"for this machine: npx wrangler d1 migrations apply {first.name} --local{where}")

    def takes(self, targets: Sequence[EditTarget], changes: Changes) -> None:  # noqa: ARG002 - whichever they are
        """Leave the migrations, which are somebody's history."""
        changes.notes.append("its migrations stay: they are never removed")
