//! Middleware: a log line for every request, and the headers that allow another website to
//! call the API (CORS).
//!
//! This is a plain function around the router instead of an axum layer: it sees every
//! response, including the 404s, and makes the worker 5 KB smaller.

use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use tower_service::Service;
use worker::{HttpRequest, console_log};

use crate::bindings::Bindings;
use crate::routes::router;

/// Handles the request, allows the configured website to read the response, and logs a line.
/// The line omits the query string, which may contain data that does not belong in a log.
pub async fn answer(request: HttpRequest, bindings: Bindings) -> Response {
    let line = format!("{} {}", request.method(), request.uri().path());
    let mut response = if is_preflight(&request) {
        preflight()
    } else {
        let Ok(response) = router(bindings.notes).call(request).await;
        response
    };
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, bindings.cors_origin);
    console_log!("{line} {}", response.status().as_u16());
    response
}

/// Whether this is a browser's CORS preflight request.
fn is_preflight(request: &HttpRequest) -> bool {
    let headers = request.headers();
    let asks = headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    request.method() == Method::OPTIONS && asks
}

fn preflight() -> Response {
    let headers = [
        (
            header::ACCESS_CONTROL_ALLOW_METHODS,
            "GET, HEAD, POST, PUT, DELETE",
        ),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, "content-type"),
        (header::ACCESS_CONTROL_MAX_AGE, "7200"),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}
