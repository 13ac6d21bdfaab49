//! A board of short notices: anyone can read them, and posting takes a token.
//!
//! - `GET /settings` returns the settings of the board and the version of the worker.
//! - `GET /notices/{key}` returns a notice.
//! - `PUT /notices/{key}` posts one; it needs `Authorization: Bearer` with the token.
//!
//! This file is only the entry point: `bindings.rs` reads and validates all bindings before
//! they are used, and `board.rs` reads and posts notices.

mod bindings;
mod board;
mod error;
mod flaws;
mod limits;
mod problem;
mod route;
mod secret;
mod settings;

use worker::{Context, Env, Request, Response, Result, event};

use bindings::Bindings;
use error::Error;
use route::Route;

#[event(fetch)]
async fn fetch(request: Request, env: Env, _context: Context) -> Result<Response> {
    answer(request, &env).await.or_else(Error::into_response)
}

async fn answer(request: Request, env: &Env) -> std::result::Result<Response, Error> {
    let path = request.path();
    let route = route::choose(request.method().as_ref(), &path)?;
    let bindings = Bindings::new(env)?;
    match route {
        Route::Settings => Ok(Response::from_json(&bindings.public)?),
        Route::Read(key) => board::read(&bindings, key).await,
        Route::Post(key) => board::post(request, &bindings, key).await,
    }
}
