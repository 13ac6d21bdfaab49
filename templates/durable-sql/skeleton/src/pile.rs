//! The rows of a pantry. Each function here runs one step; `store.rs` makes steps atomic.

use serde::{Deserialize, Serialize};
use worker::{Result as SqlResult, SqlStorage};

use crate::error::Error;
use crate::item::{Item, MOST, Move};
use crate::schema;

/// All of one item on one shelf.
#[derive(Serialize, Deserialize)]
pub struct Pile {
    shelf: String,
    name: String,
    count: i64,
    note: String,
    /// In milliseconds since 1970.
    expires_at: i64,
}

pub fn list(sql: &SqlStorage) -> SqlResult<Vec<Pile>> {
    sql.exec(schema::LIST, None)?.to_array()
}

/// Adds an item to its pile. Fails if that makes the pile too big.
pub fn put(sql: &SqlStorage, item: Item, expires_at: i64) -> Result<(), Error> {
    #[derive(Deserialize)]
    struct Row {
        count: i64,
    }
    let values = vec![
        item.shelf.into(),
        item.name.into(),
        item.count.into(),
        item.note.into(),
        expires_at.into(),
    ];
    let rows: Vec<Row> = sql.exec(schema::PUT, values)?.to_array()?;
    let fits = rows.iter().all(|row| row.count <= MOST);
    fits.then_some(()).ok_or(Error::ShelfFull)
}

/// Takes from one pile and adds to another, or removes from the pantry.
pub fn shift(sql: &SqlStorage, step: Move) -> Result<(), Error> {
    #[derive(Deserialize)]
    struct Row {
        note: String,
        expires_at: i64,
    }
    let (name, count) = (step.name, step.count);
    let values = vec![count.into(), step.from.into(), name.as_str().into()];
    let mut rows: Vec<Row> = sql.exec(schema::TAKE, values)?.to_array()?;
    let Row { note, expires_at } = rows.pop().ok_or(Error::NotEnough)?;
    sql.exec(schema::DELETE_EMPTY, None)?;
    let Some(shelf) = step.to else { return Ok(()) };
    let item = Item {
        shelf,
        name,
        count,
        note,
    };
    put(sql, item, expires_at)
}

pub fn delete_expired(sql: &SqlStorage, now: i64) -> SqlResult<()> {
    sql.exec(schema::DELETE_EXPIRED, vec![now.into()])?;
    Ok(())
}

/// When the next pile expires, if there is one.
pub fn next_expiry(sql: &SqlStorage) -> SqlResult<Option<i64>> {
    #[derive(Deserialize)]
    struct Row {
        expires_at: Option<i64>,
    }
    let rows: Vec<Row> = sql.exec(schema::NEXT_EXPIRY, None)?.to_array()?;
    Ok(rows.first().and_then(|row| row.expires_at))
}
