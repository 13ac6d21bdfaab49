//! Sends a request to the upstream. Both bodies are streamed: each chunk is passed on as it
//! arrives, and none is held in memory.

use std::pin::pin;
use std::time::Duration;

use futures_util::future::{Either, select};
use http::Method;
use worker::{AbortController, Body, Delay, Fetch, HttpRequest, HttpResponse, Request, Response};

use crate::error::Error;
use crate::hop;

/// Sends the request, and waits for the head of the response. The timeout does not include the
/// body.
pub async fn send(request: HttpRequest, patience: Duration) -> Result<HttpResponse, Error> {
    let controller = AbortController::default();
    let signal = controller.signal();
    let fetch = Fetch::Request(convert(request)?);
    let answer = pin!(fetch.send_with_signal(&signal));
    match select(answer, Delay::from(patience)).await {
        Either::Left((answer, _)) => answer.and_then(pass_back).map_err(Error::UpstreamFailed),
        Either::Right(_) => {
            controller.abort();
            Err(Error::UpstreamTooSlow)
        }
    }
}

/// Converts the request to the type that the runtime sends.
pub fn convert(mut request: HttpRequest) -> worker::Result<Request> {
    // A body has no meaning here (RFC 9110, section 9.3.1), and the runtime would refuse it.
    if matches!(*request.method(), Method::GET | Method::HEAD) {
        *request.body_mut() = Body::empty();
    }
    request.try_into()
}

/// Converts the runtime's response to the one for the client.
fn pass_back(answer: Response) -> worker::Result<HttpResponse> {
    let mut answer = HttpResponse::try_from(answer)?;
    hop::remove(answer.headers_mut());
    Ok(answer)
}
