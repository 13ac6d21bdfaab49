//! A cookbook in a D1 database.
//!
//! | request | what it does |
//! | --- | --- |
//! | `GET /recipes?limit=&cursor=&ingredient=` | lists the recipes, a page at a time |
//! | `POST /recipes` | adds a recipe |
//! | `GET /recipes/{id}` | reads a recipe with its ingredients |
//! | `PUT /recipes/{id}` | replaces a recipe and all its ingredients |
//! | `DELETE /recipes/{id}` | removes a recipe |
//!
//! A handler parses the request, calls the cookbook and builds the response.

mod bindings;
mod body;
mod constraint;
mod cookbook;
mod error;
mod field_error;
mod page;
mod problem;
mod recipe;
mod route;
mod sql;

use worker::{Context, D1Database, Env, Request, Response, ResponseBuilder, event};

use bindings::Bindings;
use error::{Error, Result};
use page::Query;
use recipe::Draft;
use route::Route;

#[event(fetch)]
async fn fetch(request: Request, env: Env, _context: Context) -> worker::Result<Response> {
    answer(request, &env).await.or_else(Error::into_response)
}

async fn answer(request: Request, env: &Env) -> Result<Response> {
    let route = route::choose(request.method().as_ref(), &request.path())?;
    let db = Bindings::new(env)?.db;
    match route {
        Route::List => list(&db, &request).await,
        Route::Add => add(&db, request).await,
        Route::Read(id) => Ok(Response::from_json(&cookbook::read(&db, id).await?)?),
        Route::Replace(id) => {
            let recipe = cookbook::replace(&db, id, read_draft(request).await?).await?;
            Ok(Response::from_json(&recipe)?)
        }
        Route::Remove(id) => {
            cookbook::remove(&db, id).await?;
            Ok(ResponseBuilder::new().with_status(204).empty())
        }
    }
}

async fn list(db: &D1Database, request: &Request) -> Result<Response> {
    // Not `request.url()`, whose Unicode tables would double the worker's size.
    let query = Query::of(&request.inner().url()).map_err(Error::Invalid)?;
    Ok(Response::from_json(&cookbook::list(db, &query).await?)?)
}

async fn add(db: &D1Database, request: Request) -> Result<Response> {
    let recipe = cookbook::add(db, read_draft(request).await?).await?;
    let address = format!("/recipes/{}", recipe.summary.id);
    let response = ResponseBuilder::new().with_status(201);
    let response = response.with_header("location", &address)?;
    Ok(response.from_json(&recipe)?)
}

/// Reads and validates the body.
async fn read_draft(mut request: Request) -> Result<Draft> {
    // The largest recipe needs nearly as many bytes if every character is escaped.
    body::check_length(&request, 64 * 1024)?;
    let draft: Draft = request.json().await.map_err(Error::Unreadable)?;
    draft.check().map_err(Error::Invalid)?;
    Ok(draft)
}
