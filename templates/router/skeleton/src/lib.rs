//! A worker that routes its requests with `worker::Router`.
//!
//! | request | what it does |
//! | --- | --- |
//! | `GET /account/:id` | reads an account |
//! | `PUT /account/:id` | writes an account |
//! | `GET /docs/*page` | redirects to a page of the documentation |
//! | `POST /upload` | accepts a form with files and fields |
//! | `POST /echo-bytes` | sends the body back |
//!
//! This file is only the entry point; start reading in `routes.rs`.

mod account;
mod bindings;
mod body;
mod docs;
mod error;
mod handlers;
mod permission;
mod problem;
mod routes;
mod store;
mod upload;
mod visitor;

use worker::{Context, Env, Request, Response, Result, console_log, event};

use error::Error;

#[event(fetch)]
async fn fetch(request: Request, env: Env, _context: Context) -> Result<Response> {
    console_log!("{}", visitor::line(&request));
    let answer = routes::answer(request, env).await;
    answer.or_else(Error::into_response)
}
