//! Seats of shows, each show a Durable Object with methods.
//!
//! - `GET /shows/{show}` returns who has reserved which seat.
//! - `PUT /shows/{show}/seats/{seat}` reserves a seat.
//! - `DELETE /shows/{show}/seats/{seat}` gives it back.
//!
//! This file is only the entry point: it calls the methods of the show, which are in
//! `contract.rs`.

mod bindings;
mod body;
mod contract;
mod error;
mod problem;
mod show_do;
mod show_stub;

use serde::Deserialize;
use worker::{Context, Env, Method, Request, Response, event};

use bindings::Bindings;
use contract::{Refusal, Reservation, Seats};
use error::{Error, Result};
use show_stub::ShowStub;

/// In bytes. The longest name needs fewer than 1,000.
const LONGEST_BODY: u64 = 1024;

#[event(fetch)]
async fn fetch(request: Request, env: Env, _context: Context) -> worker::Result<Response> {
    answer(request, &env).await.or_else(Error::into_response)
}

async fn answer(request: Request, env: &Env) -> Result<Response> {
    let (method, path) = (request.method(), request.path());
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    match (method, segments.as_slice()) {
        // The runtime drops the body of a response to HEAD.
        (Method::Get | Method::Head, ["shows", show]) => {
            let plan = find(env, show)?.plan().await?;
            Ok(Response::from_json(&plan)?)
        }
        (Method::Put, ["shows", show, "seats", seat]) => {
            let (show, seat) = (find(env, show)?, number(seat)?);
            let name = read(request).await?;
            let reserved = show.reserve(Reservation { seat, name }).await??;
            Ok(Response::from_json(&reserved)?)
        }
        (Method::Delete, ["shows", show, "seats", seat]) => {
            find(env, show)?.release(number(seat)?).await??;
            Ok(Response::empty()?.with_status(204))
        }
        (_, ["shows", _]) => Err(Error::MethodNotAllowed("GET, HEAD")),
        (_, ["shows", _, "seats", _]) => Err(Error::MethodNotAllowed("PUT, DELETE")),
        _ => Err(Error::NotFound),
    }
}

/// Returns the stub of a show. Each name is a separate object, so only one spelling is valid.
fn find(env: &Env, show: &str) -> Result<ShowStub> {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if !(1..=40).contains(&show.len()) || !show.bytes().all(is_plain) {
        return Err(Error::BadShow);
    }
    Ok(Bindings::new(env)?.shows.get_by_name(show)?.into_rpc())
}

fn number(seat: &str) -> Result<u32> {
    seat.parse().map_err(|_| Refusal::NoSuchSeat.into())
}

/// Parses the name in a body, unless it is too long.
async fn read(mut request: Request) -> Result<String> {
    #[derive(Deserialize)]
    struct Body {
        name: String,
    }
    body::check_length(&request, LONGEST_BODY)?;
    let body: Body = request.json().await.map_err(Error::Unreadable)?;
    Ok(body.name)
}
