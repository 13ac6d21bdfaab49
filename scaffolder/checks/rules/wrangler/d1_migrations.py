"""D1: the migrations of a database, and the tables that Rust queries.

Not here: SQLite in Durable Objects.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from scaffolder.checks.rule import Rule
from scaffolder.core.findings import Finding
from scaffolder.core.suggestions import did_you_mean, near_names
from scaffolder.reading.config.environments import Environment, environments
from scaffolder.reading.project import Worker
from scaffolder.reading.rust.facts import Statement
from scaffolder.system.untrusted_files import searchable

COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
TEXT = re.compile(r"'(?:[^']|'')*'")
NAME = r"[\"`\[]?(\w+)[\"`\]]?"
CREATED = re.compile(
    rf"\bCREATE\s+(?:TEMP\s+|TEMPORARY\s+|VIRTUAL\s+)?(?:TABLE|VIEW)\s+(?:IF\s+NOT\s+EXISTS\s+)?(?:\w+\.)?{NAME}"
    rf"|\bRENAME\s+TO\s+{NAME}",
    re.IGNORECASE,
)
BEGINS = re.compile(r"\s*(?:SELECT|INSERT|UPDATE|DELETE|REPLACE|WITH)\b", re.IGNORECASE)
ASKED = re.compile(
    rf"(?<!DISTINCT\s)\b(?:FROM|JOIN)\s+(?:main\.)?{NAME}(?!\w|\s*[(.])|\bINTO\s+(?:main\.)?{NAME}(?![\w.])"
    rf"|^\s*UPDATE\s+(?:OR\s+\w+\s+)?(?:main\.)?{NAME}\s+SET\b",
    re.IGNORECASE,
)
NAMED_INSIDE = re.compile(rf"{NAME}\s*(?:\([^()]*\)\s*)?\bAS\s+(?:NOT\s+)?(?:MATERIALIZED\s+)?\(", re.IGNORECASE)
OWN = re.compile(r"sqlite_\w+|pragma_\w+|_cf_\w+|d1_migrations|select|values|json_each|json_tree", re.IGNORECASE)
"""Tables that exist without a migration."""

BOUND = '[[d1_databases]]\nbinding = "DB"\ndatabase_name = "notes"\nmigrations_dir = "migrations"\n'
CARGO = (
    '[package]\nname = "notes"\nversion = "0.1.0"\nedition = "2024"\n\n[dependencies]\n'
    'worker = { version = "0.8", features = ["d1"] }\n'
)
RUST = """\
use worker::*;

pub fn all(db: &D1Database) -> D1PreparedStatement {
    db.prepare("SELECT title FROM note")
}
"""


class WR121(Rule):
    """The migrations of a D1 database exist, and create the tables that Rust uses.

    Why: if wrangler finds no migrations, it applies none, and requests fail with "no such table".

    Fix: correct the folder in `migrations_dir` or the table name in Rust, or write the missing migration.

    Not checked: gaps in the numbering, which wrangler accepts; columns; tables where one of the databases has no
    migrations here; and SQL that is not a single literal.
    """

    name = "missing-d1-migration"
    wrong = {
        "wrangler.toml": BOUND,
        "Cargo.toml": CARGO,
        "src/lib.rs": RUST,
        "migrations/0001_notes.sql": "CREATE TABLE notes (title TEXT NOT NULL);\n",
    }
    right = {**wrong, "src/lib.rs": RUST.replace("FROM note", "FROM notes")}

    def check(self, worker: Worker) -> Iterator[Finding]:
        """Yield the folders that are missing or nested, and the tables that no migration creates."""
        for environment in worker.environments:
            for path, table in environment.tables("d1_databases"):
                yield from self._folder(worker, environment, (*path, "migrations_dir"), table)
        created = _created(worker)
        for statement in worker.crate.statements if created else ():
            if not statement.condition:
                yield from self._tables(statement, created)

    def _folder(
        self, worker: Worker, environment: Environment, path: tuple[str | int, ...], table: dict[str, object]
    ) -> Iterator[Finding]:
        name = table.get("migrations_dir")
        if not isinstance(name, str):
            return
        folder, span = worker.folder / name, environment.at(*path)
        if not folder.is_dir():
            used = {str(each.get("migrations_dir")) for _, each in environment.tables("d1_databases")}
            near = near_names(name, [each for each in _folders(worker) if each not in used])
            fix = did_you_mean(near, "create it, or correct its name")
            yield self.found(span, f"the folder `{name}` does not exist", fix=fix, environment=environment.name)
        elif "migrations_pattern" not in table and _are_nested(folder):
            yield self.found(
                span,
                f"wrangler finds no migrations in `{name}`, because each is in its own subfolder",
                fix=f'add migrations_pattern = "{name}/*/migration.sql"',
                environment=environment.name,
            )

    def _tables(self, statement: Statement, created: set[str]) -> Iterator[Finding]:
        for name in _tables_in(statement.text):
            is_part = any(name.startswith(f"{each}_") for each in created)
            if name not in created and not is_part:
                fix = did_you_mean(near_names(name, created), "create it in a new migration")
                yield self.found(statement.span, f"no migration creates the table `{name}`", fix=fix)


def _are_nested(folder: Path) -> bool:
    """Return whether every migration is in a folder of its own, as some tools write them."""
    return not any(folder.glob("*.sql")) and any(folder.glob("*/migration.sql"))


def _folders(worker: Worker) -> list[str]:
    return [path.name for path in worker.folder.iterdir() if path.is_dir()]


def _created(worker: Worker) -> set[str]:
    """Return all tables that the project's SQL creates; nothing if there may be others."""
    found: set[str] = set()
    for environment in environments(worker.config):
        if environment.get("hyperdrive"):
            return set()
        for _, table in environment.tables("d1_databases"):
            files = list(_migrations(worker.folder, table))
            if not files:
                return set()
            found |= {name for file in files for name in _names(CREATED, _plain(file))}
            found.add(str(table.get("migrations_table", "d1_migrations")).lower())
    texts = [searchable(path) for path in _other_sql(worker.folder)] if found else []
    texts += [text for crate in worker.crates for text in crate.strings]
    return found | {name for text in texts for name in _names(CREATED, text)} if found else set()


def _migrations(folder: Path, table: dict[str, object]) -> Iterator[str]:
    """Yield the SQL of each migration of a database, unless its tables are created elsewhere."""
    if not table.get("remote") and "migrations_pattern" not in table:
        for path in (folder / str(table.get("migrations_dir", "migrations"))).glob("*.sql"):
            yield searchable(path)


def _other_sql(folder: Path) -> Iterator[Path]:
    """Yield the SQL files that are no migrations, such as seeds and schemas."""
    yield from folder.glob("*.sql")
    yield from folder.glob("[!.]*/*.sql")


def _tables_in(text: str) -> list[str]:
    """Return the tables that a statement reads or writes."""
    plain = TEXT.sub("''", COMMENT.sub(" ", text))
    if not BEGINS.match(plain):
        return []
    inside = _names(NAMED_INSIDE, plain)
    return [name for name in dict.fromkeys(_names(ASKED, plain)) if name not in inside and not OWN.fullmatch(name)]


def _plain(text: str) -> str:
    return COMMENT.sub(" ", text)


def _names(pattern: re.Pattern[str], text: str) -> list[str]:
    """Return the names that a pattern finds, in lower case, because SQLite ignores case."""
    return [next(group for group in found.groups() if group).lower() for found in pattern.finditer(text)]
