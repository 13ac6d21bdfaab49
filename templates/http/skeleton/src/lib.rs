//! Relays requests to another server, using the types of the `http` crate.
//!
//! | request | what it does |
//! | --- | --- |
//! | `GET /` | describes the worker |
//! | any method, `/relay/{rest}` | sends `/{rest}` to the upstream, and returns its response |
//! | any method, `/preview/{rest}` | shows the request that `/relay/{rest}` would send |
//!
//! `outgoing.rs` prepares the request to the upstream, and `relay.rs` sends it.

mod bindings;
mod error;
mod hop_by_hop;
mod outgoing;
mod problem;
mod relay;
mod uuid;

use http::{HeaderMap, HeaderValue, Method, Response, header::CONTENT_TYPE};
use worker::{Context, Env, HttpRequest, HttpResponse, console_log, event};

use bindings::Bindings;
use error::{Error, Result};

const HOME: &str = "This worker passes requests on: try /preview/notes, or /relay/notes.\n";
const REQUEST_ID: &str = "x-request-id";

/// Gives each request an id by which it can be traced: it is in the log, goes to the upstream,
/// and is returned to the client.
#[event(fetch)]
async fn fetch(mut request: HttpRequest, env: Env, _: Context) -> worker::Result<HttpResponse> {
    let id = request_id(request.headers())?;
    request.headers_mut().insert(REQUEST_ID, id.clone());
    let mut response = answer(request, &env).await.or_else(Error::into_response)?;
    console_log!("request {id:?}: {}", response.status().as_u16());
    response.headers_mut().insert(REQUEST_ID, id);
    Ok(response)
}

async fn answer(request: HttpRequest, env: &Env) -> Result<HttpResponse> {
    let bindings = Bindings::new(env)?;
    let prepare = |request| outgoing::prepare(request, &bindings.upstream);
    let segments: Vec<&str> = request.uri().path().split('/').skip(1).collect();
    match (request.method(), segments.as_slice()) {
        // The runtime drops the body of a response to HEAD.
        (&(Method::GET | Method::HEAD), [""]) => home(),
        (_, [""]) => Err(Error::MethodNotAllowed("GET, HEAD")),
        (_, ["relay", _, ..]) => relay::send(prepare(request)?, bindings.patience).await,
        (_, ["preview", _, ..]) => relay::preview(prepare(request)?),
        _ => Err(Error::NotFound),
    }
}

/// Converts the page at `/` to the type that every route returns. `worker::Body` is a stream,
/// and going through the runtime's own response turns any body into one.
fn home() -> Result<HttpResponse> {
    let page = Response::builder()
        .header(CONTENT_TYPE, "text/plain; charset=utf-8")
        .body(HOME.to_owned())?;
    Ok(worker::Response::try_from(page)?.try_into()?)
}

/// Keeps the client's id if it sent a valid one, so that a request can be traced through
/// several servers.
fn request_id(headers: &HeaderMap) -> http::Result<HeaderValue> {
    match headers.get(REQUEST_ID) {
        Some(id) if is_valid(id) => Ok(id.clone()),
        _ => Ok(uuid::random_uuid().try_into()?),
    }
}

/// Whether the id fits on one short line of a log.
fn is_valid(id: &HeaderValue) -> bool {
    (1..=100).contains(&id.len()) && id.as_bytes().iter().all(u8::is_ascii_graphic)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_valid_id_is_kept() {
        let id = HeaderValue::from_static("7f3a-42");
        let mut headers = HeaderMap::new();
        headers.insert(REQUEST_ID, id.clone());
        assert_eq!(request_id(&headers).unwrap(), id);
    }

    #[test]
    fn an_id_that_does_not_fit_on_one_short_line_of_a_log_is_not_kept() {
        for id in ["", "two words", "é", &"a".repeat(101)] {
            assert!(!is_valid(&HeaderValue::from_str(id).unwrap()));
        }
    }
}
