//! The errors, and the responses that clients get for them.
//!
//! The client gets a short JSON problem (RFC 9457). The cause only goes to the log.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use worker::console_error;

use crate::field_error::FieldError;

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

/// Takes the errors of the worker crate, and those that it takes itself, such as `KvError`.
impl<E: Into<worker::Error>> From<E> for Error {
    fn from(cause: E) -> Self {
        Self::Platform(cause.into())
    }
}

impl IntoResponse for Error {
    /// Logs the cause, and turns the error into a response.
    fn into_response(self) -> Response {
        let (status, title) = match self {
            Self::NotFound => (404, "there is nothing at this address"),
            Self::NoNote => (404, "there is no note with this id"),
            Self::MethodNotAllowed => (405, "this address does not answer that method"),
            Self::NotJson => (415, "the body must be sent as application/json"),
            Self::Malformed => (400, "the body is not valid JSON"),
            Self::TooLarge => (413, "the body is too large"),
            Self::Invalid(_) => (422, "the request is not valid"),
            Self::Platform(_) => (500, "the worker could not answer"),
        };
        let mut problem = json!({ "status": status, "title": title });
        match self {
            Self::Platform(cause) => console_error!("{cause}"),
            Self::Invalid(errors) => problem["errors"] = json!(errors),
            _ => {}
        }
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let kind = [(header::CONTENT_TYPE, "application/problem+json")];
        (status, kind, problem.to_string()).into_response()
    }
}
