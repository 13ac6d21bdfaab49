//! Stores the entries: a Durable Object, and the functions with which the worker calls it.
//!
//! `#[worker::send]` is there because leptos requires `Send` futures, and one that awaits
//! JavaScript is not `Send`. A worker has a single thread, so this is safe.

use leptos::prelude::use_context;
use worker::{
    DurableObject, Env, Method, Request, RequestInit, Response, SqlStorage, State, durable_object,
};

use crate::bindings::Bindings;
use crate::entry::Entry;
use crate::error::{Error, Result};

const TABLE: &str = "CREATE TABLE IF NOT EXISTS entries (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, message TEXT NOT NULL
)";
const ADD: &str = "INSERT INTO entries (name, message) VALUES (?, ?)";
const NEWEST: &str = "SELECT name, message FROM entries ORDER BY id DESC LIMIT 50";

/// A request needs an address, but the object ignores it.
const ADDRESS: &str = "https://book/";

/// The object: `GET` returns the newest entries, and `POST` adds one first.
#[durable_object]
pub struct Book {
    sql: SqlStorage,
}

impl DurableObject for Book {
    fn new(state: State, _env: Env) -> Self {
        let sql = state.storage().sql();
        Self { sql }
    }

    async fn fetch(&self, mut request: Request) -> worker::Result<Response> {
        self.sql.exec(TABLE, None)?;
        if request.method() == Method::Post {
            let entry: Entry = request.json().await?;
            let values = vec![entry.name.into(), entry.message.into()];
            self.sql.exec(ADD, values)?;
        }
        let newest: Vec<Entry> = self.sql.exec(NEWEST, None)?.to_array()?;
        Response::from_json(&newest)
    }
}

/// Gets the newest entries from the object.
#[worker::send]
pub async fn entries() -> Result<Vec<Entry>> {
    let mut response = bindings()?.book.fetch_with_str(ADDRESS).await?;
    Ok(response.json().await?)
}

/// Adds an entry to the object.
#[worker::send]
pub async fn add(entry: &Entry) -> Result<()> {
    let body = serde_json::to_string(entry).map_err(worker::Error::from)?;
    let mut init = RequestInit::new();
    init.with_method(Method::Post).with_body(Some(body.into()));
    let request = Request::new_with_init(ADDRESS, &init)?;
    bindings()?.book.fetch_with_request(request).await?;
    Ok(())
}

/// Looks up the bindings through the request's context, where `server.rs` puts the `Env`.
fn bindings() -> Result<Bindings> {
    let env: Env = use_context().ok_or(Error::Platform)?;
    Ok(Bindings::new(&env)?)
}
