//! The routes and their handlers. A handler only takes values that `extract.rs` has validated,
//! so all it has to do is call the store and build the response.
//!
//! `#[worker::send]` is there because axum requires `Send` handlers, and a future that awaits
//! JavaScript is not `Send`. A worker has a single thread, so this is safe.

use axum::Router;
use axum::extract::{RawQuery, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use worker::Date;

use crate::error::{Error, Result};
use crate::id::Id;
use crate::json::Json;
use crate::note::{Content, Note};
use crate::page::{Page, Query};
use crate::store::Notes;
use crate::uuid::random_uuid;

pub fn router(notes: Notes) -> Router {
    Router::new()
        .route("/notes", get(list).post(add))
        .route("/notes/{id}", get(read).put(write).delete(remove))
        .fallback(async || Error::NotFound)
        .method_not_allowed_fallback(async || Error::MethodNotAllowed)
        .with_state(notes)
}

#[worker::send]
async fn list(State(notes): State<Notes>, RawQuery(query): RawQuery) -> Result<Json<Page>> {
    let query = Query::parse(&query.unwrap_or_default()).map_err(Error::Invalid)?;
    Ok(Json(notes.list(query).await?))
}

#[worker::send]
async fn add(State(notes): State<Notes>, content: Content) -> Result<Response> {
    let id = Id::generate(Date::now().as_millis(), &random_uuid());
    notes.write(&id, &content).await?;
    let address = [(header::LOCATION, format!("/notes/{}", id.as_str()))];
    let note = Json(Note { id, content });
    Ok((StatusCode::CREATED, address, note).into_response())
}

#[worker::send]
async fn read(State(notes): State<Notes>, id: Id) -> Result<Json<Note>> {
    let content = notes.read(&id).await?.ok_or(Error::NoNote)?;
    Ok(Json(Note { id, content }))
}

#[worker::send]
async fn write(State(notes): State<Notes>, id: Id, content: Content) -> Result<Response> {
    let status = match notes.read(&id).await? {
        Some(_) => StatusCode::OK,
        None => StatusCode::CREATED,
    };
    notes.write(&id, &content).await?;
    Ok((status, Json(Note { id, content })).into_response())
}

/// Removing a note that does not exist succeeds too: asking KV first would cost a read, and
/// the result could be a minute old.
#[worker::send]
async fn remove(State(notes): State<Notes>, id: Id) -> Result<StatusCode> {
    notes.remove(&id).await?;
    Ok(StatusCode::NO_CONTENT)
}
