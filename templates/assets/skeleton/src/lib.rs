//! A single page app in `public`, and its API.
//!
//! | request | what it does |
//! | --- | --- |
//! | `GET /api/planets` | lists the planets |
//! | `GET /api/planets/{id}` | reads a planet |
//! | `GET /api/planets/{id}/weight?kilograms=` | weighs something there |
//! | `GET /planets/{id}` | serves the app, with the planet's title and the right status |
//!
//! All other paths are answered without this worker. Start reading in `api.rs`.

mod api;
mod bindings;
mod error;
mod page;
mod planet;
mod problem;

use worker::{Context, Env, Request, Response, event};

use error::Error;

#[event(fetch)]
async fn fetch(request: Request, env: Env, _context: Context) -> worker::Result<Response> {
    api::answer(&request, &env)
        .await
        .or_else(Error::into_response)
}
