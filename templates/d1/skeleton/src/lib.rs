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
//! This file is only the entry point; start reading in `api.rs`.

mod api;
mod bindings;
mod body;
mod constraint;
mod cookbook;
mod error;
mod page;
mod problem;
mod recipe;
mod route;
mod sql;

use worker::{Context, Env, Request, Response, Result, event};

use error::Error;

#[event(fetch)]
async fn fetch(request: Request, env: Env, _context: Context) -> Result<Response> {
    api::answer(request, &env)
        .await
        .or_else(Error::into_response)
}
