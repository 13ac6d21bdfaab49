//! The tables of a pantry.
//!
//! Each pantry is migrated separately, when its object starts. To change the tables, add an
//! entry to `MIGRATIONS`. Never edit a deployed entry: some pantries have already applied it,
//! and the others must end up with the same tables.

use serde_json::Value;
use worker::SqlStorage;

use crate::error::Result;

/// Entry n, counted from 0, migrates the tables from version n to version n + 1.
pub const MIGRATIONS: &[&[&str]] = &[&[CREATE_ITEMS], &[ADD_NOTE, INDEX_EXPIRES_AT]];

const CREATE_ITEMS: &str = "
    CREATE TABLE items (
        shelf TEXT NOT NULL,
        name TEXT NOT NULL,
        count INTEGER NOT NULL,
        expires_at INTEGER NOT NULL,
        PRIMARY KEY (shelf, name)
    ) STRICT";
const ADD_NOTE: &str = "ALTER TABLE items ADD COLUMN note TEXT NOT NULL DEFAULT ''";
const INDEX_EXPIRES_AT: &str = "CREATE INDEX items_by_expiry ON items (expires_at)";

/// One row for each migration that has been applied.
const CREATE_VERSIONS: &str =
    "CREATE TABLE IF NOT EXISTS versions (version INTEGER PRIMARY KEY) STRICT";

/// The version of a pantry's tables: how many migrations have been applied. It can be higher
/// than this code knows: after a rollback, an older worker still runs, as long as later
/// migrations only added to the tables.
pub fn version(sql: &SqlStorage) -> Result<usize> {
    sql.exec(CREATE_VERSIONS, None)?;
    let rows = sql.exec("SELECT version FROM versions", None)?;
    Ok(rows.to_array::<Value>()?.len())
}

/// Applies the pending migrations.
pub fn migrate(sql: &SqlStorage) -> Result<()> {
    for (next, statements) in (1_i64..).zip(MIGRATIONS).skip(version(sql)?) {
        for statement in *statements {
            sql.exec(statement, None)?;
        }
        sql.exec("INSERT INTO versions VALUES (?)", vec![next.into()])?;
    }
    Ok(())
}
