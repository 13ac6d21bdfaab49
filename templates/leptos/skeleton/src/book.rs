//! Where the entries are kept: a Durable Object, and how the worker asks it.
//!
//! `#[worker::send]` is there because leptos wants functions that may change threads, which
//! a future that waits for JavaScript may not. A worker has one thread, so nothing is lost.

use leptos::prelude::use_context;
use worker::{
    DurableObject, Env, Method, Request, RequestInit, Response, SqlStorage, State, durable_object,
};

use crate::bindings::Bindings;
use crate::entry::Entry;
use crate::error::Error;

const TABLE: &str = "CREATE TABLE IF NOT EXISTS entries (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, message TEXT NOT NULL
)";
const ADD: &str = "INSERT INTO entries (name, message) VALUES (?, ?)";
const NEWEST: &str = "SELECT name, message FROM entries ORDER BY id DESC LIMIT 50";

/// An object has no address of its own; a request for it only needs one.
const ADDRESS: &str = "https://book/";

/// The object: `GET` answers the newest entries, and `POST` adds one first.
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

/// Asks the object for the newest entries.
#[worker::send]
pub async fn entries() -> Result<Vec<Entry>, Error> {
    let mut response = bindings()?.book.fetch_with_str(ADDRESS).await?;
    Ok(response.json().await?)
}

/// Has the object keep an entry.
#[worker::send]
pub async fn add(entry: &Entry) -> Result<(), Error> {
    let body = serde_json::to_string(entry).map_err(worker::Error::from)?;
    let mut init = RequestInit::new();
    init.with_method(Method::Post).with_body(Some(body.into()));
    let request = Request::new_with_init(ADDRESS, &init)?;
    bindings()?.book.fetch_with_request(request).await?;
    Ok(())
}

/// Finds the bindings of the request that is being answered; `server.rs` provides them.
fn bindings() -> Result<Bindings, Error> {
    let env: Env = use_context().ok_or(Error::Platform)?;
    Ok(Bindings::new(&env)?)
}
