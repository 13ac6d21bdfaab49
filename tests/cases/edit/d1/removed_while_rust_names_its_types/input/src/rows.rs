//! Rows of whatever database another crate hands in.

use worker::{D1Database, Result};

/// Counts what a table holds.
pub async fn count(database: &D1Database) -> Result<u32> {
    let statement = database.prepare("SELECT count(*) AS count FROM notes");
    Ok(statement.first(Some("count")).await?.unwrap_or(0))
}
