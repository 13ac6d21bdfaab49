//! Asks a WHOIS server about domains, for clients over HTTP and over TCP.
//!
//! - `GET /domains/{domain}` returns the server's answer.
//! - A TCP connection that sends a line with a domain gets the same.
//!
//! This file has only the entry points: `inbound.rs` serves connections, and `upstream.rs` opens
//! them.

mod bindings;
mod domain;
mod error;
mod inbound;
mod problem;
mod upstream;

use worker::{Context, Env, Method, Request, Response, Socket, event};

use bindings::Bindings;
use domain::Domain;
use error::{Error, Result};

#[event(fetch)]
async fn fetch(request: Request, env: Env, _context: Context) -> worker::Result<Response> {
    answer(&request, &env).await.or_else(Error::into_response)
}

/// Serves a connection that another worker opens, or that comes to the dev server's port.
#[event(connect)]
async fn connect(socket: Socket, env: Env, _context: Context) -> worker::Result<()> {
    inbound::serve(socket, &env).await
}

async fn answer(request: &Request, env: &Env) -> Result<Response> {
    let path = request.path();
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    match (request.method(), segments.as_slice()) {
        // The runtime drops the body of a response to HEAD.
        (Method::Get | Method::Head, ["domains", domain]) => {
            let domain = Domain::parse(domain)?;
            let answer = upstream::ask(&Bindings::new(env)?, &domain).await?;
            let response = Response::from_bytes(answer)?;
            let headers = response.headers();
            headers.set("content-type", "text/plain; charset=utf-8")?;
            // A browser must not take for a page what a stranger has put into the answer.
            headers.set("x-content-type-options", "nosniff")?;
            Ok(response)
        }
        (_, ["domains", _]) => Err(Error::MethodNotAllowed("GET, HEAD")),
        _ => Err(Error::NotFound),
    }
}
