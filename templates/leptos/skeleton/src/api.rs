//! What the pages ask the worker for. While a page is rendered, these are plain functions;
//! in the browser, each is a request. Their bodies are compiled into the worker alone.

use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;

use crate::entry::Entry;
use crate::error::Error;

/// Answers the newest entries.
#[server(endpoint = "entries", input = GetUrl)]
pub async fn entries() -> Result<Vec<Entry>, Error> {
    crate::book::entries().await
}

/// Adds an entry. A field that was not sent is an empty one.
#[server(endpoint = "sign")]
pub async fn sign(
    #[server(default)] name: String,
    #[server(default)] message: String,
) -> Result<(), Error> {
    let entry = Entry::new(&name, &message).inspect_err(|_| crate::server::refuse())?;
    crate::book::add(&entry).await
}
