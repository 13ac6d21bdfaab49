//! Accounts in a database, and transfers between them.
//!
//! | request | what it does |
//! | --- | --- |
//! | `GET /accounts?after=` | lists the accounts, a page at a time |
//! | `GET /accounts/{id}` | returns an account |
//! | `PUT /accounts/{id}` | opens an account |
//! | `PUT /transfers/{id}` | moves money from one account to another, once |
//!
//! Start reading in `transfers.rs`.

mod accounts;
mod bindings;
mod body;
mod database;
mod error;
mod id;
mod problem;
mod transfers;

use serde::de::DeserializeOwned;
use worker::{Context, Env, Method, Request, Response, event};

use bindings::Bindings;
use error::{Error, Result};
use id::check_id;

/// In bytes. The longest transfer needs fewer than 150.
const LONGEST_BODY: u64 = 250;

#[event(fetch)]
async fn fetch(request: Request, env: Env, context: Context) -> worker::Result<Response> {
    let answer = answer(request, &env, &context).await;
    answer.or_else(Error::into_response)
}

/// Connects to the database only for requests that are valid.
async fn answer(request: Request, env: &Env, context: &Context) -> Result<Response> {
    let hyperdrive = Bindings::new(env)?.database;
    let connect = || database::connect(&hyperdrive, context);
    let path = request.path();
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    match (request.method(), segments.as_slice()) {
        // The runtime drops the body of a response to HEAD.
        (Method::Get | Method::Head, ["accounts"]) => {
            let url = request.inner().url();
            let after = id::after(&url)?;
            let page = accounts::list(&connect().await?, after).await?;
            Ok(Response::from_json(&page)?)
        }
        (Method::Get | Method::Head, ["accounts", id]) => {
            check_id(id)?;
            let account = accounts::find(&connect().await?, id).await?;
            Ok(Response::from_json(&account)?)
        }
        (Method::Put, ["accounts", id]) => {
            check_id(id)?;
            let opening: accounts::Opening = read(request).await?;
            opening.check()?;
            let account = accounts::open(&connect().await?, id, &opening).await?;
            Ok(Response::from_json(&account)?.with_status(201))
        }
        (Method::Put, ["transfers", id]) => {
            check_id(id)?;
            let transfer: transfers::Transfer = read(request).await?;
            transfer.check()?;
            let is_new = transfers::make(&mut connect().await?, id, &transfer).await?;
            let status = if is_new { 201 } else { 200 };
            Ok(Response::from_json(&transfer)?.with_status(status))
        }
        (_, ["accounts"]) => Err(Error::MethodNotAllowed("GET, HEAD")),
        (_, ["accounts", _]) => Err(Error::MethodNotAllowed("GET, HEAD, PUT")),
        (_, ["transfers", _]) => Err(Error::MethodNotAllowed("PUT")),
        _ => Err(Error::NotFound),
    }
}

/// Parses the JSON of a body, unless it is too long.
async fn read<T: DeserializeOwned>(mut request: Request) -> Result<T> {
    body::check_length(&request, LONGEST_BODY)?;
    request.json().await.map_err(Error::Unreadable)
}
