//! A guest book: pages that the worker renders and the browser makes interactive.
//!
//! - `GET /` shows the newest entries, and a form to sign with.
//! - `GET /about` is a page without data.
//! - `GET /api/entries` and `POST /api/sign` are what the pages call from the browser.
//!
//! This is the root of the worker; `client.rs` is the root of what the browser runs. Both
//! hold the pages, and `server.rs` puts them behind addresses.

mod api;
mod app;
mod bindings;
mod book;
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
