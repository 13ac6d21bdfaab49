//! Sends a request to the upstream, or shows it. All bodies are streamed: each chunk is passed
//! on as it arrives, and none is held in memory.

use std::{pin::pin, time::Duration};

use futures_util::{StreamExt, TryStreamExt, future, stream};
use http::{Method, Response, header, uri::PathAndQuery};
use worker::{AbortController, Body, Delay, Fetch, HttpRequest, HttpResponse};

use crate::error::{Error, Result};
use crate::hop_by_hop;

/// Sends the request, and waits for the head of the response. The timeout does not include the
/// body.
pub async fn send(request: HttpRequest, limit: Duration) -> Result<HttpResponse> {
    let controller = AbortController::default();
    let signal = controller.signal();
    let fetch = Fetch::Request(convert(request)?);
    let fetch = pin!(fetch.send_with_signal(&signal));
    let future::Either::Left((answer, _)) = future::select(fetch, Delay::from(limit)).await else {
        controller.abort();
        return Err(Error::UpstreamTooSlow);
    };
    let answer = answer.and_then(HttpResponse::try_from);
    let mut answer = answer.map_err(Error::UpstreamFailed)?;
    hop_by_hop::remove(answer.headers_mut());
    Ok(answer)
}

/// Returns the request's head and then its body as text, much as they would look on the wire.
/// The head is taken from the runtime's own request, so that it includes the runtime's changes.
pub fn preview(request: HttpRequest) -> Result<HttpResponse> {
    let (parts, body) = HttpRequest::try_from(convert(request)?)?.into_parts();
    // Without the upstream's address, which clients should not learn.
    let target = parts.uri.path_and_query().map_or("/", PathAndQuery::as_str);
    let mut head = format!("{} {target}\n", parts.method);
    for (name, value) in &parts.headers {
        let value = String::from_utf8_lossy(value.as_bytes());
        head.extend([name.as_str(), ": ", &value, "\n"]);
    }
    let head = stream::iter([Ok(head.into_bytes()), Ok(b"\n".to_vec())]);
    // A browser that sniffed the type could render the client's text as a page.
    let text = Response::builder()
        .header(header::CONTENT_TYPE, "text/plain; charset=utf-8")
        .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    Ok(text.body(Body::from_stream(head.chain(body.map_ok(Vec::from)))?)?)
}

/// Converts the request to the type that the runtime sends.
fn convert(mut request: HttpRequest) -> worker::Result<worker::Request> {
    // A body has no meaning here (RFC 9110, section 9.3.1), and the runtime would refuse it.
    if matches!(*request.method(), Method::GET | Method::HEAD) {
        *request.body_mut() = Body::empty();
    }
    request.try_into()
}
