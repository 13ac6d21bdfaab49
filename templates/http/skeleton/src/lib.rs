//! Relays requests to another server, using the types of the `http` crate.
//!
//! | request | what it does |
//! | --- | --- |
//! | `GET /` | describes the worker |
//! | any method, `/relay/{rest}` | sends `/{rest}` to the upstream, and returns its response |
//! | any method, `/preview/{rest}` | shows the request that `/relay/{rest}` would send |
//!
//! This file is only the entry point: `outgoing.rs` prepares the request to the upstream,
//! `relay.rs` sends it, and `hop.rs` removes hop-by-hop headers.

mod bindings;
mod error;
mod home;
mod hop;
mod id;
mod outgoing;
mod preview;
mod problem;
mod relay;
mod route;

use http::HeaderValue;
use worker::{Context, Env, HttpRequest, HttpResponse, Result, console_log, event};

use bindings::Bindings;
use error::Error;
use route::Route;

#[event(fetch)]
async fn fetch(request: HttpRequest, env: Env, _context: Context) -> Result<HttpResponse> {
    let id = id::of(request.headers())?;
    let answer = answer(request, &id, &env).await;
    let mut response = answer.or_else(Error::into_response)?;
    console_log!("request {id:?}: {}", response.status().as_u16());
    response.headers_mut().insert(id::NAME, id);
    Ok(response)
}

async fn answer(
    request: HttpRequest,
    id: &HeaderValue,
    env: &Env,
) -> std::result::Result<HttpResponse, Error> {
    let bindings = Bindings::new(env)?;
    let route = route::choose(request.method(), request.uri())?;
    let prepare = |target| outgoing::prepare(request, target, &bindings.upstream, id);
    match route {
        Route::Home => home::show(),
        Route::Relay(target) => relay::send(prepare(target)?, bindings.patience).await,
        Route::Preview(target) => preview::show(prepare(target)?),
    }
}
