//! Pantries full of food, each in a database of its own.
//!
//! - `GET /pantries/{name}` lists the contents of a pantry.
//! - `POST /pantries/{name}/items` adds a list of items: all of them, or none.
//! - `POST /pantries/{name}/moves` moves an item to another shelf, or removes it.
//!
//! This file is only the entry point: it sends a request to the Durable Object with the
//! pantry's name, which is in `pantry_do.rs`.

mod bindings;
mod body;
mod error;
mod field_error;
mod item;
mod pantry_do;
mod route;
mod rows;
mod schema;
mod store;

use worker::{Context, Env, Request, Response, event};

use bindings::Bindings;
use error::{Error, Result};
use route::Action;

#[event(fetch)]
async fn fetch(request: Request, env: Env, _context: Context) -> worker::Result<Response> {
    answer(request, &env).await.or_else(Error::into_response)
}

/// Refuses what no pantry could answer before it wakes an object, then returns the object's
/// response.
async fn answer(request: Request, env: &Env) -> Result<Response> {
    let path = request.path();
    let (action, pantry) = route::choose(request.method().as_ref(), &path)?;
    if action != Action::List {
        // The longest list needs nearly as many bytes if every character is escaped.
        body::check_length(&request, 512 * 1024)?;
    }
    let pantry = Bindings::new(env)?.pantries.get_by_name(pantry)?;
    Ok(pantry.fetch_with_request(request).await?)
}
