//! Chat rooms, each of them an object of its own.
//!
//! - `GET /` is a page to chat with.
//! - `GET /rooms/{room}` tells who is in a room.
//! - `GET /rooms/{room}/history` answers what was said last.
//! - `GET /rooms/{room}/socket?name={name}` joins it over a WebSocket.
//!
//! This file only wires: it answers the page itself, and hands any other request that
//! makes sense to the Durable Object of the room. `chatroom.rs` is the object.

mod bindings;
mod chatroom;
mod crowd;
mod error;
mod frame;
mod history;
mod name;
mod pace;
mod problem;
mod room;
mod route;

use worker::{Context, Env, Request, Response, Result, event};

use bindings::Bindings;
use error::Error;
use route::Route;

const PAGE: &str = include_str!("page.html");

#[event(fetch)]
async fn fetch(request: Request, env: Env, _context: Context) -> Result<Response> {
    answer(request, &env).await.or_else(Error::into_response)
}

/// Refuses what makes no sense before it wakes an object.
async fn answer(request: Request, env: &Env) -> error::Result<Response> {
    match route::read(&request)? {
        Route::Page => Ok(Response::from_html(PAGE)?),
        Route::Room { room, .. } => {
            let room = Bindings::new(env)?.chatrooms.get_by_name(&room)?;
            Ok(room.fetch_with_request(request).await?)
        }
    }
}
