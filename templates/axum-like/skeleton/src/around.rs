//! What happens around every request: a log line, and the headers that let pages of
//! another website call the API (CORS).
//!
//! A plain function around the router, and no axum layer: it sees every answer, those to
//! unknown addresses too, and the worker is 5 KB smaller.

use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use tower_service::Service;
use worker::{HttpRequest, console_log};

use crate::bindings::Bindings;
use crate::routes::router;

/// Answers the request, allows the configured website to read the answer, and logs a line.
/// The line leaves the query out, which may hold what a log should not.
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

/// Whether a browser asks if it may send a request for a page of another website.
fn is_preflight(request: &HttpRequest) -> bool {
    request.method() == Method::OPTIONS
        && request
            .headers()
            .contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
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
