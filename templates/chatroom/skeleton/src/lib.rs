//! Chat rooms, each of them a Durable Object.
//!
//! - `GET /` returns a page to chat with.
//! - `GET /rooms/{room}` lists who is in a room.
//! - `GET /rooms/{room}/history` returns the last messages.
//! - `GET /rooms/{room}/socket?name={name}` joins the room over a WebSocket.
//!
//! This file serves the page, and passes every other valid request to the Durable Object of the
//! room, which is in `chatroom_do.rs`.

mod bindings;
mod chatroom_do;
mod connections;
mod error;
mod frame;
mod history;
mod name;
mod problem;
mod rate_limit;

use worker::{Context, Env, Method, Request, Response, event};

use bindings::Bindings;
use error::{Error, Result};

const READ: &str = "GET, HEAD";
const PAGE: &str = include_str!("page.html");

#[event(fetch)]
async fn fetch(request: Request, env: Env, _context: Context) -> worker::Result<Response> {
    answer(request, &env).await.or_else(Error::into_response)
}

/// Refuses other paths and methods before they wake an object. A `HEAD` is handled as a `GET`; the
/// runtime drops the body.
async fn answer(request: Request, env: &Env) -> Result<Response> {
    let path = request.path();
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    match (request.method(), segments.as_slice()) {
        (Method::Get | Method::Head, [""]) => Ok(Response::from_html(PAGE)?),
        (Method::Get, ["rooms", room, "socket"])
        | (Method::Get | Method::Head, ["rooms", room] | ["rooms", room, "history"]) => {
            let room = name::check_room(room)?;
            let room = Bindings::new(env)?.chatrooms.get_by_name(room)?;
            Ok(room.fetch_with_request(request).await?)
        }
        (_, ["rooms", _, "socket"]) => Err(Error::MethodNotAllowed("GET")),
        (_, [""] | ["rooms", _] | ["rooms", _, "history"]) => Err(Error::MethodNotAllowed(READ)),
        _ => Err(Error::NotFound),
    }
}
