//! The tables of a pantry, and every SQL statement that touches them.
//!
//! Each pantry is migrated on its own, when its object starts. To change the tables, add
//! an entry to `MIGRATIONS`. Never edit an entry that was deployed: some pantries have
//! been through it, and the others must end up the same.

/// What brings the tables from version n to version n + 1, for n from 0 on.
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

/// Where a pantry keeps its own version: one row for each migration that it went through.
pub const CREATE_VERSIONS: &str =
    "CREATE TABLE IF NOT EXISTS versions (version INTEGER PRIMARY KEY) STRICT";
pub const GET_VERSION: &str = "SELECT coalesce(max(version), 0) AS version FROM versions";
pub const ADD_VERSION: &str = "INSERT INTO versions (version) VALUES (?)";

pub const LIST: &str =
    "SELECT shelf, name, count, note, expires_at FROM piles ORDER BY shelf, name";

/// A pile that is put on another of its kind joins it, and the later expiry holds.
pub const PUT: &str = "
    INSERT INTO piles (shelf, name, count, note, expires_at) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET
        count = count + excluded.count,
        note = coalesce(nullif(excluded.note, ''), note),
        expires_at = max(expires_at, excluded.expires_at)
    RETURNING count";

/// Answers no row if the pile is not there, or too small.
pub const TAKE: &str = "
    UPDATE piles SET count = count - ?1 WHERE shelf = ?2 AND name = ?3 AND count >= ?1
    RETURNING note, expires_at";
pub const DELETE_EMPTY: &str = "DELETE FROM piles WHERE count = 0";

pub const DELETE_EXPIRED: &str = "DELETE FROM piles WHERE expires_at <= ?";
pub const NEXT_EXPIRY: &str = "SELECT min(expires_at) AS expires_at FROM piles";

/// The migrations that tables of this version still lack, each with the version it leads
/// to. There are none for tables newer than this code: an older worker that was rolled
/// back to still runs, as long as later migrations only added to the tables.
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
    fn a_new_pantry_lacks_every_migration() {
        assert_eq!(versions_after(0), [1, 2]);
    }

    #[test]
    fn an_older_pantry_lacks_only_what_came_later() {
        assert_eq!(missing(1).next(), Some((2, MIGRATIONS[1])));
        assert_eq!(versions_after(1), [2]);
    }

    #[test]
    fn a_current_pantry_lacks_nothing_and_neither_does_a_newer_one() {
        assert!(versions_after(MIGRATIONS.len()).is_empty());
        assert!(versions_after(MIGRATIONS.len() + 1).is_empty());
    }
}
