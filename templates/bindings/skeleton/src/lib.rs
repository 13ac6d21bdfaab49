//! A board of short notices: everybody reads, and who knows the token posts.
//!
//! - `GET /settings` answers how the board is set up, and which version of it answers.
//! - `GET /notices/{key}` answers a notice.
//! - `PUT /notices/{key}` posts one; it needs `Authorization: Bearer` and the token.
//!
//! This file only wires: `bindings.rs` reads and checks all that the worker was given,
//! before anything is done with it, and `board.rs` reads and posts.

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
