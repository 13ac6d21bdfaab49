//! Answers from the cache, or asks the upstream and stores its response while it is streamed to
//! the client.

use worker::{Cache, Context, Method, Request, Response, console_error};

use crate::bindings::Bindings;
use crate::error::Result;
use crate::{headers, policy, upstream};

/// Says where a response is from (RFC 9211).
const STATUS: &str = "cache-status";

pub async fn answer(request: &Request, bindings: &Bindings, context: &Context) -> Result<Response> {
    if headers::are_personal(request.headers())? {
        let response = upstream::fetch(request, bindings).await?;
        return labelled(response, "proxy; fwd=bypass");
    }
    let cache = Cache::default();
    // The cache answers ranges and `If-None-Match` of the request by itself.
    if let Some(response) = cache.get(request, true).await? {
        return labelled(response, "proxy; hit");
    }
    let response = upstream::fetch(request, bindings).await?;
    let is_whole = request.method() == Method::Get;
    let Some(control) = policy::control(&headers::facts(&response)?).filter(|_| is_whole) else {
        return labelled(response, "proxy; fwd=miss");
    };
    let mut response = labelled(response, "proxy; fwd=miss; stored")?;
    response.headers().set("cache-control", &control)?;
    store(cache, request.inner().url(), response.cloned()?, context);
    Ok(response)
}

/// Stores the response after the client's is on its way. The client needs no cache, so a failure
/// only goes to the log.
fn store(cache: Cache, url: String, response: Response, context: &Context) {
    context.wait_until(async move {
        if let Err(cause) = cache.put(url, response).await {
            console_error!("{cause}");
        }
    });
}

/// Adds a header. Those of a response from `fetch` or the cache are immutable: to set one is a
/// `TypeError`. So the response gets a copy of them; its body stays the stream that it is.
fn labelled(response: Response, status: &str) -> Result<Response> {
    let headers = response.headers().clone();
    headers.set(STATUS, status)?;
    Ok(response.with_headers(headers))
}
