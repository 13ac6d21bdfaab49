//! JSON bodies, read and written. axum's own `Json` would make the worker 14 KB larger, for
//! messages about faulty fields that `note.rs` words anyway.

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, FromRequest, Request};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::Value;

use crate::error::Error;

/// The most bytes that a body may have. They are counted as they arrive, because a client
/// need not say beforehand how many it sends.
const LONGEST_BODY: usize = 128 * 1024;

/// Reads the body of a request.
pub async fn read(mut request: Request) -> Result<Value, Error> {
    let kind = request.headers().get(header::CONTENT_TYPE);
    if !kind.is_some_and(is_json) {
        return Err(Error::NotJson);
    }
    DefaultBodyLimit::max(LONGEST_BODY).apply(&mut request);
    match Bytes::from_request(request, &()).await {
        Ok(body) => serde_json::from_slice(&body).map_err(|_| Error::Malformed),
        Err(cause) if cause.status() == StatusCode::PAYLOAD_TOO_LARGE => Err(Error::TooLarge),
        Err(_) => Err(Error::Malformed),
    }
}

/// Whether a content type is JSON, whatever its parameters are.
fn is_json(kind: &HeaderValue) -> bool {
    let kind = kind.as_bytes().split(|byte| *byte == b';').next();
    kind.is_some_and(|kind| kind.trim_ascii().eq_ignore_ascii_case(b"application/json"))
}

/// An answer that is written as JSON.
pub struct Json<T>(pub T);

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        match serde_json::to_vec(&self.0) {
            Ok(body) => ([(header::CONTENT_TYPE, "application/json")], body).into_response(),
            Err(cause) => Error::Platform(cause.into()).into_response(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_known_by_its_content_type() {
        for kind in ["application/json", "Application/JSON; charset=utf-8"] {
            assert!(is_json(&HeaderValue::from_static(kind)), "{kind}");
        }
        for kind in ["", "text/plain", "application/jsonp", "text/json"] {
            assert!(!is_json(&HeaderValue::from_static(kind)), "{kind}");
        }
    }
}
