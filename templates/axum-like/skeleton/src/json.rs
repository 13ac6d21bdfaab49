//! Reads and writes JSON bodies. axum's own `Json` would make the worker 14 KB larger, just for
//! messages about invalid fields, which `note.rs` has anyway.

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, FromRequest, Request};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::Value;

use crate::error::{Error, Result};

/// Reads a JSON body. Its bytes are counted as they arrive, because a client need not declare the
/// length.
pub async fn read(mut request: Request) -> Result<Value> {
    let kind = request.headers().get(header::CONTENT_TYPE);
    if !kind.is_some_and(is_json) {
        return Err(Error::NotJson);
    }
    DefaultBodyLimit::max(128 * 1024).apply(&mut request);
    match Bytes::from_request(request, &()).await {
        Ok(body) => serde_json::from_slice(&body).map_err(|_| Error::Malformed),
        Err(cause) if cause.status() == StatusCode::PAYLOAD_TOO_LARGE => Err(Error::TooLarge),
        Err(_) => Err(Error::Malformed),
    }
}

/// Whether a content type is JSON, regardless of its parameters.
fn is_json(kind: &HeaderValue) -> bool {
    let kind = kind.as_bytes().split(|byte| *byte == b';').next();
    kind.is_some_and(|kind| kind.trim_ascii().eq_ignore_ascii_case(b"application/json"))
}

/// A JSON response.
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
    fn json_is_recognized_by_its_content_type() {
        for kind in ["application/json", "Application/JSON; charset=utf-8"] {
            assert!(is_json(&HeaderValue::from_static(kind)), "{kind}");
        }
        for kind in ["", "text/plain", "application/jsonp", "text/json"] {
            assert!(!is_json(&HeaderValue::from_static(kind)), "{kind}");
        }
    }
}
