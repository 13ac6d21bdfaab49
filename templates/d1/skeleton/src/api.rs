//! The request handlers: each parses the request, calls the cookbook and builds the response.

use worker::{Env, Request, Response, ResponseBuilder};

use crate::bindings::Bindings;
use crate::body;
use crate::cookbook::Cookbook;
use crate::error::Error;
use crate::page::Query;
use crate::recipe::Draft;
use crate::route::{self, Route};

/// In bytes. The largest recipe needs nearly as many if every character is escaped.
const LONGEST_RECIPE: u64 = 64 * 1024;

pub async fn answer(request: Request, env: &Env) -> Result<Response, Error> {
    let route = route::choose(request.method().as_ref(), &request.path())?;
    let cookbook = Cookbook::new(Bindings::new(env)?.db);
    match route {
        Route::List => list(&cookbook, &request).await,
        Route::Add => add(&cookbook, request).await,
        Route::Read(id) => Ok(Response::from_json(&cookbook.read(id).await?)?),
        Route::Replace(id) => replace(&cookbook, id, request).await,
        Route::Remove(id) => remove(&cookbook, id).await,
    }
}

async fn list(cookbook: &Cookbook, request: &Request) -> Result<Response, Error> {
    // Not `request.url()`, whose Unicode tables would double the worker's size.
    let query = Query::of(&request.inner().url())?;
    Ok(Response::from_json(&cookbook.list(&query).await?)?)
}

async fn add(cookbook: &Cookbook, request: Request) -> Result<Response, Error> {
    let recipe = cookbook.add(read_draft(request).await?).await?;
    let address = format!("/recipes/{}", recipe.id);
    let response = ResponseBuilder::new().with_status(201);
    let response = response.with_header("location", &address)?;
    Ok(response.from_json(&recipe)?)
}

async fn replace(cookbook: &Cookbook, id: u32, request: Request) -> Result<Response, Error> {
    let recipe = cookbook.replace(id, read_draft(request).await?).await?;
    Ok(Response::from_json(&recipe)?)
}

async fn remove(cookbook: &Cookbook, id: u32) -> Result<Response, Error> {
    cookbook.remove(id).await?;
    Ok(ResponseBuilder::new().with_status(204).empty())
}

/// Reads and validates the body.
async fn read_draft(mut request: Request) -> Result<Draft, Error> {
    body::check_length(&request, LONGEST_RECIPE)?;
    let draft: Draft = request.json().await.map_err(Error::Unreadable)?;
    draft.check()?;
    Ok(draft)
}
