//! Chat rooms, each of them a Durable Object.
//!
//! - `GET /` returns a page to chat with.
//! - `GET /rooms/{room}` lists who is in a room.
//! - `GET /rooms/{room}/history` returns the last messages.
//! - `GET /rooms/{room}/socket?name={name}` joins the room over a WebSocket.
//!
//! This file is only the entry point: it serves the page, and passes every other valid request
//! to the Durable Object of the room, which is in `chatroom_do.rs`.

mod bindings;
mod chatroom_do;
mod connections;
mod error;
mod frame;
mod history;
mod name;
mod problem;
mod rate_limit;
mod route;

use worker::{Context, Env, Request, Response, event};

use bindings::Bindings;
use error::{Error, Result};
use route::Route;

const PAGE: &str = include_str!("page.html");

#[event(fetch)]
async fn fetch(request: Request, env: Env, _context: Context) -> worker::Result<Response> {
    answer(request, &env).await.or_else(Error::into_response)
}

/// Refuses invalid requests before they wake an object.
async fn answer(request: Request, env: &Env) -> Result<Response> {
    match route::read(&request)? {
        Route::Page => Ok(Response::from_html(PAGE)?),
        Route::Room { room, .. } => {
            let room = Bindings::new(env)?.chatrooms.get_by_name(&room)?;
            Ok(room.fetch_with_request(request).await?)
        }
    }
}
