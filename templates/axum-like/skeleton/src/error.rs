//! The errors, and the responses that clients get for them.
//!
//! The client gets a short JSON problem (RFC 9457). The cause only goes to the log.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::json;
use worker::console_error;

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Every way in which a request can fail.
#[derive(Debug)]
pub enum Error {
    NotFound,
    NoNote,
    /// axum lists the allowed methods, which it knows from the routes.
    MethodNotAllowed,
    NotJson,
    Malformed,
    TooLarge,
    Invalid(Vec<FieldError>),
    Platform(worker::Error),
}

impl From<worker::Error> for Error {
    fn from(cause: worker::Error) -> Self {
        Self::Platform(cause)
    }
}

impl From<Vec<FieldError>> for Error {
    fn from(errors: Vec<FieldError>) -> Self {
        Self::Invalid(errors)
    }
}

impl Error {
    /// The status and the title that the client sees.
    const fn answer(&self) -> (StatusCode, &'static str) {
        match self {
            Self::NotFound => (StatusCode::NOT_FOUND, "there is nothing at this address"),
            Self::NoNote => (StatusCode::NOT_FOUND, "there is no note with this id"),
            Self::MethodNotAllowed => (
                StatusCode::METHOD_NOT_ALLOWED,
                "this address does not answer that method",
            ),
            Self::NotJson => (
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "the body must be sent as application/json",
            ),
            Self::Malformed => (StatusCode::BAD_REQUEST, "the body is not valid JSON"),
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "the body is too large"),
            Self::Invalid(_) => (StatusCode::UNPROCESSABLE_ENTITY, "the request is not valid"),
            Self::Platform(_) => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "the worker could not answer",
            ),
        }
    }
}

impl IntoResponse for Error {
    /// Logs the cause, and turns the error into a response.
    fn into_response(self) -> Response {
        let (status, title) = self.answer();
        let mut problem = json!({ "status": status.as_u16(), "title": title });
        match self {
            Self::Platform(cause) => console_error!("{cause}"),
            Self::Invalid(errors) => problem["errors"] = json!(errors),
            _ => {}
        }
        let kind = [(header::CONTENT_TYPE, "application/problem+json")];
        (status, kind, problem.to_string()).into_response()
    }
}

/// An invalid field or parameter, and what it must be.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct FieldError {
    pub field: &'static str,
    pub message: &'static str,
}

impl FieldError {
    pub const fn new(field: &'static str, message: &'static str) -> Self {
        Self { field, message }
    }
}
