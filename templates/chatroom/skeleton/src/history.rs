//! The history of a room: its last messages, in the object's own database.

use serde::{Deserialize, Serialize};
use worker::{Result, SqlStorage};

use crate::name::Name;

const CREATE: &str = "CREATE TABLE IF NOT EXISTS messages
    (id INTEGER PRIMARY KEY, name TEXT NOT NULL, text TEXT NOT NULL, at INTEGER NOT NULL) STRICT";
const ADD: &str = "INSERT INTO messages (name, text, at) VALUES (?, ?, ?) RETURNING *";
const FORGET: &str = "DELETE FROM messages WHERE id <= ?";
const NEWEST: &str = "SELECT * FROM (SELECT * FROM messages ORDER BY id DESC LIMIT ?) ORDER BY id";

/// A row of the table, which is also what clients get.
#[derive(Serialize, Deserialize)]
pub struct Message {
    /// Counts up from 1 in each room.
    id: i64,
    name: Name,
    text: String,
    /// In milliseconds since 1970.
    at: i64,
}

pub struct History(pub SqlStorage);

impl History {
    /// Adds a message and deletes those that are too old. Nothing is awaited in between, so the
    /// runtime commits both changes or neither.
    pub fn add(&self, name: &Name, text: &str, at: i64, keep: i64) -> Result<Message> {
        let values = vec![name.as_str().into(), text.into(), at.into()];
        let message: Message = self.0.exec(ADD, values)?.one()?;
        self.0.exec(FORGET, vec![(message.id - keep).into()])?;
        Ok(message)
    }

    /// The last messages, oldest first. Creates the table, as nobody can send a message before
    /// they have joined, and they get these first.
    pub fn newest(&self, keep: i64) -> Result<Vec<Message>> {
        self.0.exec(CREATE, None)?;
        self.0.exec(NEWEST, vec![keep.into()])?.to_array()
    }
}
