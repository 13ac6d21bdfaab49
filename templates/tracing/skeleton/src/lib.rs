//! Counts visits of pages, and logs all that happens as lines of JSON.
//!
//! - `GET /pages/{page}` returns the number of visits.
//! - `POST /pages/{page}` counts a visit.
//!
//! This file has only the entry points: `request_span.rs` opens the span of a request, and
//! `json_layer.rs` writes the log.

mod bindings;
mod error;
mod fields;
mod json_layer;
mod page_do;
mod problem;
mod request_span;
mod uuid;

use tracing::{info, instrument};
use worker::{Context, Env, Method, Request, Response, event};

use bindings::Bindings;
use error::{Error, Result};
use page_do::Visits;
use request_span::REQUEST_ID;

/// Runs once, before the first event, and again if a panic has ended the Rust.
#[event(start)]
fn start() {
    json_layer::install();
    info!("started");
}

#[event(fetch)]
async fn fetch(request: Request, env: Env, _context: Context) -> worker::Result<Response> {
    // An id from a client would let it choose whether its request is sampled.
    let id = uuid::random_uuid();
    // A worker that is configured wrongly logs everything.
    let percent = Bindings::new(&env).map_or(100, |bindings| bindings.sample_percent);
    let span = request_span::open("worker", &request, &id, percent);
    let mut response = request_span::answer_in(span, answer(&request, &env, &id)).await?;
    response.headers_mut().set(REQUEST_ID, &id)?;
    Ok(response)
}

async fn answer(request: &Request, env: &Env, id: &str) -> Result<Response> {
    let (method, path) = (request.method(), request.path());
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    match (method, segments.as_slice()) {
        // The runtime drops the body of a response to HEAD.
        (Method::Get | Method::Head, ["pages", page]) => ask(env, page, Method::Get, id).await,
        (Method::Post, ["pages", page]) => ask(env, page, Method::Post, id).await,
        (_, ["pages", _]) => Err(Error::MethodNotAllowed("GET, HEAD, POST")),
        _ => Err(Error::NotFound),
    }
}

/// Asks the object of a page. Each name is a separate object, so only one spelling is valid.
#[instrument(skip_all, fields(page = page))]
async fn ask(env: &Env, page: &str, method: Method, id: &str) -> Result<Response> {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if !(1..=40).contains(&page.len()) || !page.bytes().all(is_plain) {
        return Err(Error::BadPage);
    }
    let object = Bindings::new(env)?.pages.get_by_name(page)?;
    let mut request = Request::new(&format!("https://object/{page}"), method)?;
    request.headers_mut()?.set(REQUEST_ID, id)?;
    let mut response = object.fetch_with_request(request).await?;
    match response.status_code() {
        200 => Ok(Response::from_json(&response.json::<Visits>().await?)?),
        status => Err(Error::Object(status)),
    }
}
