//! A JSON API with axum, which stores notes in a KV namespace.
//!
//! | request | what it does |
//! | --- | --- |
//! | `GET /notes?limit=&cursor=&prefix=` | lists the notes, a page at a time |
//! | `POST /notes` | adds a note with an id that the worker chooses |
//! | `GET /notes/{id}` | reads a note |
//! | `PUT /notes/{id}` | writes a note with an id that the client chooses |
//! | `DELETE /notes/{id}` | removes a note |
//!
//! This file is only the entry point; start reading in `routes.rs`.

mod bindings;
mod error;
mod extract;
mod field_error;
mod id;
mod json;
mod middleware;
mod note;
mod page;
mod routes;
mod store;
mod uuid;

use axum::response::{IntoResponse, Response};
use worker::{Context, Env, HttpRequest, event};

#[event(fetch)]
async fn fetch(request: HttpRequest, env: Env, _context: Context) -> worker::Result<Response> {
    Ok(middleware::answer(request, &env).await.into_response())
}
