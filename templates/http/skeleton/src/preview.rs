//! Shows the request that would be sent, much as it would look on the wire.

use std::future::ready;
use std::iter;

use futures_util::{StreamExt, TryStreamExt, stream};
use http::Response;
use http::header::{CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use http::request::Parts;
use http::uri::PathAndQuery;
use worker::{Body, HttpRequest, HttpResponse};

use crate::error::Error;
use crate::relay;

/// Returns the request's head and then its body, as text. The head is taken from the runtime's
/// own request, so that it includes the runtime's changes.
pub fn show(request: HttpRequest) -> Result<HttpResponse, Error> {
    let request = HttpRequest::try_from(relay::convert(request)?)?;
    let (parts, body) = request.into_parts();
    let head = stream::once(ready(Ok(head(&parts).into_bytes())));
    let message = head.chain(body.map_ok(Vec::from));
    // A browser that sniffed the type could render the client's text as a page.
    let text = Response::builder()
        .header(CONTENT_TYPE, "text/plain; charset=utf-8")
        .header(X_CONTENT_TYPE_OPTIONS, "nosniff");
    Ok(text.body(Body::from_stream(message)?)?)
}

/// Formats the head, without the upstream's address, which clients should not learn.
fn head(parts: &Parts) -> String {
    let target = parts.uri.path_and_query().map_or("/", PathAndQuery::as_str);
    let first = format!("{} {target}", parts.method);
    let headers = parts.headers.iter().map(|(name, value)| {
        let value = String::from_utf8_lossy(value.as_bytes());
        format!("{name}: {value}")
    });
    let lines: Vec<String> = iter::once(first).chain(headers).collect();
    lines.join("\n") + "\n\n"
}
