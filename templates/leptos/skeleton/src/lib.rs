//! A guest book: pages that the worker renders and the browser hydrates.
//!
//! - `GET /` shows the newest entries, and a form to sign with.
//! - `GET /about` shows a static page.
//! - `GET /api/entries` and `POST /api/sign` are called by the pages in the browser.
//!
//! This is the root of the worker; `client.rs` is the root of the client. Both contain the
//! pages, and `server.rs` routes requests to them.

mod api;
mod app;
mod bindings;
mod book_do;
mod entry;
mod error;
mod home;
mod server;

use axum::body::Body;
use axum::http::Response;
use worker::{Context, Env, HttpRequest, Result, event};

#[event(fetch)]
async fn fetch(request: HttpRequest, env: Env, _context: Context) -> Result<Response<Body>> {
    Ok(server::answer(request, env).await)
}
