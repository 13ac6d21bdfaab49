//! The server functions. While the worker renders a page, these are plain functions; in the
//! browser, each sends a request. Their bodies are only compiled into the worker.

use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;

use crate::entry::Entry;
use crate::error::Error;

/// Returns the newest entries.
#[server(endpoint = "entries", input = GetUrl)]
pub async fn entries() -> Result<Vec<Entry>, Error> {
    crate::book_do::entries().await
}

/// Adds an entry. A missing field counts as empty.
#[server(endpoint = "sign")]
pub async fn sign(
    #[server(default)] name: String,
    #[server(default)] message: String,
) -> Result<(), Error> {
    let entry = Entry::new(&name, &message).inspect_err(|_| crate::server::refuse())?;
    crate::book_do::add(&entry).await
}
