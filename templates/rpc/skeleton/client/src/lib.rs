//! The client: handles HTTP requests by calling another worker.
//!
//! - `GET /tariff` returns the name of the current tariff.
//! - `GET /countries/{country}` returns the maximum weight of a parcel to that country.
//! - `POST /quotes` returns the price of a parcel.
//!
//! This file is only the entry point: `postage.rs` has the calls to the server, which is the
//! other worker of this workspace.

mod bindings;
mod body;
mod error;
mod postage;
mod problem;
mod route;

use contract::Parcel;
use serde::Serialize;
use worker::{Context, Env, Request, Response, Result, event};

use bindings::Bindings;
use error::Error;
use postage::Postage;
use route::Route;

/// In bytes; a parcel needs fewer than 100.
const LONGEST_PARCEL: u64 = 1024;

#[derive(Serialize)]
struct Tariff {
    tariff: String,
}

#[derive(Serialize)]
struct Limit {
    heaviest_grams: u32,
}

#[event(fetch)]
async fn fetch(request: Request, env: Env, _context: Context) -> Result<Response> {
    answer(request, &env).await.or_else(Error::into_response)
}

async fn answer(request: Request, env: &Env) -> std::result::Result<Response, Error> {
    let path = request.path();
    let route = route::choose(request.method().as_ref(), &path)?;
    let server = Bindings::new(env)?;
    match route {
        Route::Tariff => tariff(&server).await,
        Route::Country(country) => limit(&server, country).await,
        Route::Quote => quote(&server, request).await,
    }
}

async fn tariff(server: &Bindings) -> std::result::Result<Response, Error> {
    let tariff = server.postage.tariff().await.map_err(Error::Server)?;
    Ok(Response::from_json(&Tariff { tariff })?)
}

async fn limit(server: &Bindings, country: &str) -> std::result::Result<Response, Error> {
    let heaviest = server.postage.heaviest_parcel(country.into()).await;
    match heaviest.map_err(Error::Server)? {
        0 => Err(Error::NoSuchCountry),
        heaviest_grams => Ok(Response::from_json(&Limit { heaviest_grams })?),
    }
}

async fn quote(server: &Bindings, mut request: Request) -> std::result::Result<Response, Error> {
    body::check_length(&request, LONGEST_PARCEL)?;
    let parcel: Parcel = request.json().await.map_err(Error::Unreadable)?;
    let answer = server.quotes.quote(&parcel).await.map_err(Error::Server)?;
    let quote = answer.map_err(Error::Refused)?;
    Ok(Response::from_json(&quote)?)
}
