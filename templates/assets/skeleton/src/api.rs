//! The routes that the worker answers before files are looked up, and the API's handlers.

use serde::Serialize;
use worker::{Env, Method, Request, Response, ResponseBuilder};

use crate::bindings::Bindings;
use crate::error::{Error, Result};
use crate::page;
use crate::planet;

/// In seconds. The planets only change with a deployment.
const CACHED: &str = "public, max-age=60";

#[derive(Serialize)]
struct Weight {
    kilograms: f64,
}

/// Picks the route. A `HEAD` is handled as a `GET`; the runtime drops the body.
pub async fn answer(request: &Request, env: &Env) -> Result<Response> {
    let path = request.path();
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    let is_read = matches!(request.method(), Method::Get | Method::Head);
    match segments.as_slice() {
        ["api", "planets", ..] | ["planets", ..] if !is_read => {
            Err(Error::MethodNotAllowed("GET, HEAD"))
        }
        ["api", "planets"] => cached(&planet::ALL),
        ["api", "planets", id] => cached(planet::find(id)?),
        ["api", "planets", id, "weight"] => weigh(request, id),
        // Visitors get a page at each address of the app, also where there is none.
        ["planets", id @ ..] => {
            page::serve(&Bindings::new(env)?.assets, request, &id.join("/")).await
        }
        _ => Err(Error::NotFound),
    }
}

fn weigh(request: &Request, id: &str) -> Result<Response> {
    let planet = planet::find(id)?;
    // Not `request.url()`, whose Unicode tables would double the worker's size.
    let address = request.inner().url();
    let (_, query) = address.split_once('?').unwrap_or_default();
    cached(&Weight {
        kilograms: planet.weigh(planet::kilograms(query)?),
    })
}

fn cached(body: &impl Serialize) -> Result<Response> {
    let response = ResponseBuilder::new().with_header("cache-control", CACHED)?;
    Ok(response.from_json(body)?)
}
