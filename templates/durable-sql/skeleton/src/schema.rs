//! The tables of a pantry, and every SQL statement that uses them.
//!
//! Each pantry is migrated separately, when its object starts. To change the tables, add an
//! entry to `MIGRATIONS`. Never edit a deployed entry: some pantries have already applied it,
//! and the others must end up with the same tables.

/// Entry n, counted from 0, migrates the tables from version n to version n + 1.
pub const MIGRATIONS: &[&[&str]] = &[&[CREATE_PILES], &[ADD_NOTE, INDEX_EXPIRES_AT]];

const CREATE_PILES: &str = "
    CREATE TABLE piles (
        shelf TEXT NOT NULL,
        name TEXT NOT NULL,
        count INTEGER NOT NULL,
        expires_at INTEGER NOT NULL,
        PRIMARY KEY (shelf, name)
    ) STRICT";
const ADD_NOTE: &str = "ALTER TABLE piles ADD COLUMN note TEXT NOT NULL DEFAULT ''";
const INDEX_EXPIRES_AT: &str = "CREATE INDEX piles_by_expiry ON piles (expires_at)";

/// The version of a pantry's tables: one row for each migration applied.
pub const CREATE_VERSIONS: &str =
    "CREATE TABLE IF NOT EXISTS versions (version INTEGER PRIMARY KEY) STRICT";
pub const GET_VERSION: &str = "SELECT coalesce(max(version), 0) AS version FROM versions";
pub const ADD_VERSION: &str = "INSERT INTO versions (version) VALUES (?)";

pub const LIST: &str =
    "SELECT shelf, name, count, note, expires_at FROM piles ORDER BY shelf, name";

/// If there is already a pile of the item, the two are merged, and the later expiry applies.
pub const PUT: &str = "
    INSERT INTO piles (shelf, name, count, note, expires_at) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET
        count = count + excluded.count,
        note = coalesce(nullif(excluded.note, ''), note),
        expires_at = max(expires_at, excluded.expires_at)
    RETURNING count";

/// Returns no row if the pile does not exist or is too small.
pub const TAKE: &str = "
    UPDATE piles SET count = count - ?1 WHERE shelf = ?2 AND name = ?3 AND count >= ?1
    RETURNING note, expires_at";
pub const DELETE_EMPTY: &str = "DELETE FROM piles WHERE count = 0";

pub const DELETE_EXPIRED: &str = "DELETE FROM piles WHERE expires_at <= ?";
pub const NEXT_EXPIRY: &str = "SELECT min(expires_at) AS expires_at FROM piles";

/// The pending migrations of tables with this version, each with the version it leads to. There
/// are none for tables newer than this code: after a rollback, an older worker still runs, as
/// long as later migrations only added to the tables.
pub fn missing(version: usize) -> impl Iterator<Item = (i64, &'static [&'static str])> {
    (1..).zip(MIGRATIONS.iter().copied()).skip(version)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn versions_after(version: usize) -> Vec<i64> {
        missing(version).map(|(version, _)| version).collect()
    }

    #[test]
    fn in_a_new_pantry_every_migration_is_pending() {
        assert_eq!(versions_after(0), [1, 2]);
    }

    #[test]
    fn in_an_older_pantry_only_later_migrations_are_pending() {
        assert_eq!(missing(1).next(), Some((2, MIGRATIONS[1])));
        assert_eq!(versions_after(1), [2]);
    }

    #[test]
    fn in_a_current_or_newer_pantry_no_migration_is_pending() {
        assert!(versions_after(MIGRATIONS.len()).is_empty());
        assert!(versions_after(MIGRATIONS.len() + 1).is_empty());
    }
}
