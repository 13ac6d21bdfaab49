//! Middleware: a log line for every request, and the headers that allow another website to
//! call the API (CORS).
//!
//! This is a plain function around the router instead of an axum layer: it sees every
//! response, including the 404s, and makes the worker 5 KB smaller.

use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use tower_service::Service;
use worker::{Env, HttpRequest, console_log};

use crate::bindings::Bindings;
use crate::error::Result;
use crate::routes::router;

/// The response to a browser's CORS preflight request.
const PREFLIGHT: [(&str, &str); 3] = [
    ("access-control-allow-methods", METHODS),
    ("access-control-allow-headers", "content-type"),
    ("access-control-max-age", "7200"),
];
const METHODS: &str = "GET, HEAD, POST, PUT, DELETE";

/// Handles the request, allows the configured website to read the response, and logs a line.
/// The line omits the query string, which may contain data that does not belong in a log.
pub async fn answer(request: HttpRequest, env: &Env) -> Result<Response> {
    let bindings = Bindings::new(env)?;
    let line = format!("{} {}", request.method(), request.uri().path());
    let headers = request.headers();
    let asks = headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    let mut response = if asks && request.method() == Method::OPTIONS {
        (StatusCode::NO_CONTENT, PREFLIGHT).into_response()
    } else {
        let Ok(response) = router(bindings.notes).call(request).await;
        response
    };
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, bindings.cors_origin);
    console_log!("{line} {}", response.status().as_u16());
    Ok(response)
}
