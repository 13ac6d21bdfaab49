//! The rows of a pantry. Each function here runs one step; `store.rs` makes steps atomic.

use worker::SqlStorage;

use crate::error::{Error, Result};
use crate::item::{Item, MOST, Move};

pub fn list(sql: &SqlStorage) -> Result<Vec<Item>> {
    // Limited, because a response is held in memory, and anyone can add items.
    let items = sql.exec("SELECT * FROM items ORDER BY shelf, name LIMIT 1000", None)?;
    Ok(items.to_array()?)
}

/// Adds to an item, or makes a new one. The later expiry applies. Fails if it is too much.
pub fn put(sql: &SqlStorage, item: Item) -> Result<()> {
    let statement = "
        INSERT INTO items (shelf, name, count, note, expires_at) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET
            count = count + excluded.count,
            note = coalesce(nullif(excluded.note, ''), note),
            expires_at = max(expires_at, excluded.expires_at)
        RETURNING *";
    let values = vec![
        item.shelf.into(),
        item.name.into(),
        item.count.into(),
        item.note.into(),
        item.expires_at.into(),
    ];
    let item: Item = sql.exec(statement, values)?.one()?;
    (item.count <= MOST).then_some(()).ok_or(Error::ShelfFull)
}

/// Takes from one shelf and puts on another, or removes from the pantry.
pub fn apply(sql: &SqlStorage, step: Move) -> Result<()> {
    // Returns no row if the item is not there, or too little of it.
    let statement = "
        UPDATE items SET count = count - ?1 WHERE shelf = ?2 AND name = ?3 AND count >= ?1
        RETURNING *";
    let values = vec![step.count.into(), step.from.into(), step.name.into()];
    let mut taken: Vec<Item> = sql.exec(statement, values)?.to_array()?;
    let mut item = taken.pop().ok_or(Error::NotEnough)?;
    sql.exec("DELETE FROM items WHERE count = 0", None)?;
    let Some(shelf) = step.to else { return Ok(()) };
    (item.shelf, item.count) = (shelf, step.count);
    put(sql, item)
}

pub fn delete_expired(sql: &SqlStorage, now: i64) -> Result<()> {
    sql.exec("DELETE FROM items WHERE expires_at <= ?", vec![now.into()])?;
    Ok(())
}

pub fn next_to_expire(sql: &SqlStorage) -> Result<Option<Item>> {
    let first = sql.exec("SELECT * FROM items ORDER BY expires_at LIMIT 1", None)?;
    Ok(first.to_array()?.pop())
}
