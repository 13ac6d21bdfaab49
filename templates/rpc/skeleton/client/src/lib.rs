//! The client: handles HTTP requests by calling another worker.
//!
//! - `GET /countries/{country}` returns the maximum weight of a parcel to that country, in grams.
//! - `GET /quotes/{country}/{grams}` returns the price of a parcel.
//!
//! `postage.rs` has the calls to the server, which is the other worker of this workspace.

mod bindings;
mod error;
mod postage;
mod problem;

use contract::{Parcel, Refusal};
use worker::{Context, Env, Method, Request, Response, event};

use bindings::Bindings;
use error::{Error, Result};
use postage::{Postage, PostageService};

#[event(fetch)]
async fn fetch(request: Request, env: Env, _context: Context) -> worker::Result<Response> {
    answer(&request, &env).await.or_else(Error::into_response)
}

/// A `HEAD` is handled as a `GET`; the runtime drops the body.
async fn answer(request: &Request, env: &Env) -> Result<Response> {
    let path = request.path();
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    match (request.method(), segments.as_slice()) {
        (Method::Get | Method::Head, ["countries", country]) => limit(env, country).await,
        (Method::Get | Method::Head, ["quotes", country, grams]) => {
            let grams = grams.parse().map_err(|_| Error::NotFound)?;
            quote(env, country, grams).await
        }
        (_, ["countries", _] | ["quotes", _, _]) => Err(Error::MethodNotAllowed("GET, HEAD")),
        _ => Err(Error::NotFound),
    }
}

/// Calls a method with primitive values.
async fn limit(env: &Env, country: &str) -> Result<Response> {
    let server = PostageService::from(Bindings::new(env)?.postage);
    let heaviest = server.heaviest_parcel(country.into()).await;
    match heaviest.map_err(Error::Server)? {
        0 => Err(Error::Refused(Refusal::NoSuchCountry)),
        grams => Ok(Response::from_json(&grams)?),
    }
}

/// Calls a method with other values.
async fn quote(env: &Env, country: &str, grams: u32) -> Result<Response> {
    let country = country.into();
    let server = Bindings::new(env)?.postage.into_rpc();
    let answer = postage::quote(&server, &Parcel { country, grams }).await;
    let quote = answer.map_err(Error::Server)?.map_err(Error::Refused)?;
    Ok(Response::from_json(&quote)?)
}
