//! Pantries full of food, each in a database of its own.
//!
//! - `GET /pantries/{name}` lists the contents of a pantry.
//! - `POST /pantries/{name}/items` adds a list of items: all of them, or none.
//! - `POST /pantries/{name}/moves` moves an item to another shelf, or removes it.
//!
//! This file is only the entry point: it turns a request into a command and sends that to the
//! Durable Object with the pantry's name, which is in `pantry.rs`.

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

/// In bytes. The longest list needs nearly as many if every character is escaped.
const LONGEST_BODY: u64 = 256 * 1024;

#[event(fetch)]
async fn fetch(request: Request, env: Env, _context: Context) -> Result<Response> {
    answer(request, &env).await.or_else(Error::into_response)
}

/// Validates the command before it wakes an object, then returns the object's response.
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

/// Parses the JSON of a body, unless it is too long.
async fn read<T: DeserializeOwned>(mut request: Request) -> std::result::Result<T, Error> {
    body::check_length(&request, LONGEST_BODY)?;
    request.json().await.map_err(Error::Unreadable)
}
