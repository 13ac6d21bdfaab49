//! Pantries of things to eat, each in a database of its own.
//!
//! - `GET /pantries/{name}` lists what is in a pantry.
//! - `POST /pantries/{name}/items` puts in a list of items: all of them, or none.
//! - `POST /pantries/{name}/moves` moves an item to another shelf, or takes it out.
//!
//! This file only wires: it turns a request into a command and hands that to the
//! Durable Object of the pantry's name. `pantry.rs` is the object.

mod bindings;
mod body;
mod command;
mod error;
mod item;
mod pantry;
mod pile;
mod problem;
mod route;
mod schema;
mod store;

use serde::de::DeserializeOwned;
use worker::{Context, Env, Request, Response, Result, event};

use bindings::Bindings;
use command::Command;
use error::Error;
use route::Action;

/// In bytes. The longest list takes nearly as many if each of its letters is escaped.
const LONGEST_BODY: u64 = 256 * 1024;

#[event(fetch)]
async fn fetch(request: Request, env: Env, _context: Context) -> Result<Response> {
    answer(request, &env).await.or_else(Error::into_response)
}

/// Checks the command before it wakes an object, then passes on the object's answer.
async fn answer(request: Request, env: &Env) -> std::result::Result<Response, Error> {
    let path = request.path();
    let route = route::choose(request.method().as_ref(), &path)?;
    let command = match route.action {
        Action::List => Command::List,
        Action::PutIn => Command::PutIn(read(request).await?),
        Action::Move => Command::Move(read(request).await?),
    };
    command.check()?;
    let pantry = Bindings::new(env)?.pantries.get_by_name(route.pantry)?;
    Ok(pantry.fetch_with_request(command.into_request()?).await?)
}

/// Reads the JSON of a body that is not too long.
async fn read<T: DeserializeOwned>(mut request: Request) -> std::result::Result<T, Error> {
    body::check_length(&request, LONGEST_BODY)?;
    request.json().await.map_err(Error::Unreadable)
}
