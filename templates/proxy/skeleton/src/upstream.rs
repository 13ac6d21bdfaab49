//! Asks the upstream. The response is a stream: each chunk is passed on as it arrives.

use std::pin::pin;

use futures_util::future::{Either, select};
use worker::{AbortController, Delay, Fetch, Request, RequestInit, RequestRedirect, Response};

use crate::bindings::Bindings;
use crate::error::{Error, Result};
use crate::headers;

const PREFIX: &str = "/proxy/";

/// Sends the request, and waits for the head of the response. A request that takes too long is
/// aborted, so that it holds no connection. The time of the body does not count.
pub async fn fetch(request: &Request, bindings: &Bindings) -> Result<Response> {
    let controller = AbortController::default();
    let signal = controller.signal();
    let fetch = Fetch::Request(prepare(request, &bindings.upstream)?);
    let answer = pin!(fetch.send_with_signal(&signal));
    match select(answer, Delay::from(bindings.patience)).await {
        Either::Left((answer, _)) => headers::to_client(answer.map_err(Error::UpstreamFailed)?),
        Either::Right(_) => {
            controller.abort();
            Err(Error::UpstreamTooSlow)
        }
    }
}

fn prepare(request: &Request, upstream: &str) -> Result<Request> {
    let mut init = RequestInit::new();
    init.with_method(request.method());
    init.with_headers(headers::to_upstream(request.headers())?);
    // The client follows redirects itself: they could lead away from the upstream.
    init.with_redirect(RequestRedirect::Manual);
    let address = address(upstream, &request.inner().url());
    Ok(Request::new_with_init(&address, &init)?)
}

/// Returns the address at the upstream. The path and the query stay as the client wrote them.
fn address(upstream: &str, url: &str) -> String {
    let (_, rest) = url.split_once(PREFIX).unwrap_or_default();
    format!("{upstream}/{rest}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rest_of_the_path_and_the_query_are_kept() {
        let url = "https://worker.example/proxy/a%2Fb/proxy/c?d=e%26f";
        let address = address("https://upstream.example", url);
        assert_eq!(address, "https://upstream.example/a%2Fb/proxy/c?d=e%26f");
    }

    #[test]
    fn a_path_cannot_name_another_server() {
        let address = address(
            "https://upstream.example",
            "https://w.example/proxy//evil.example/",
        );
        assert_eq!(address, "https://upstream.example//evil.example/");
    }
}
