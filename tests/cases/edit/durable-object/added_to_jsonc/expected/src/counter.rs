//! A Durable Object that counts the requests that reach it, in a database of its own.

use std::collections::HashMap;

use worker::{DurableObject, Env, Request, Response, Result, SqlStorage, State};

const TABLE: &str = "CREATE TABLE IF NOT EXISTS counts (id INTEGER PRIMARY KEY, count INTEGER)";
const COUNT: &str =
    "INSERT INTO counts VALUES (1, 1) ON CONFLICT DO UPDATE SET count = count + 1 RETURNING count";

/// `fetch` gives the object no other handler.
#[worker::durable_object(fetch)]
pub struct Counter {
    sql: SqlStorage,
}

impl DurableObject for Counter {
    fn new(state: State, _env: Env) -> Self {
        let sql = state.storage().sql();
        Self { sql }
    }

    /// Answers the count as JSON: this request, and all before it.
    async fn fetch(&self, _request: Request) -> Result<Response> {
        // Not in `new`, which has no way to say that it failed.
        self.sql.exec(TABLE, None)?;
        let row: HashMap<String, u32> = self.sql.exec(COUNT, None)?.one()?;
        Response::from_json(&row)
    }
}
