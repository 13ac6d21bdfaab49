//! The request handler: it puts events in the queue.

use worker::{Env, Request, Response, ResponseBuilder};

use crate::bindings::Bindings;
use crate::body;
use crate::error::{Error, Result};
use crate::event::{Draft, Event};
use crate::uuid::random_uuid;

/// In bytes. A message in a queue may have 128 KB.
const LONGEST_BODY: u64 = 16 * 1024;

/// Handles a request with any path and method.
pub async fn answer(request: Request, env: &Env) -> Result<Response> {
    let path = request.path();
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    match (request.method().as_ref(), segments.as_slice()) {
        ("POST", ["events"]) => accept(request, env).await,
        (_, ["events"]) => Err(Error::MethodNotAllowed("POST")),
        _ => Err(Error::NotFound),
    }
}

/// Puts an event in the queue. The response does not wait for its delivery.
async fn accept(mut request: Request, env: &Env) -> Result<Response> {
    body::check_length(&request, LONGEST_BODY)?;
    let draft: Draft = request.json().await.map_err(Error::NotAnEvent)?;
    let event = Event::new(random_uuid(), draft).map_err(Error::Invalid)?;
    Bindings::new(env)?.events.send(&event).await?;
    Ok(ResponseBuilder::new().with_status(202).from_json(&event)?)
}
