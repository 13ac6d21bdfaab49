//! The errors, and the responses that clients get for them.
//!
//! The client gets a short JSON problem (RFC 9457). The cause only goes to the log.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use worker::console_error;

use crate::json::Json;

/// Every way in which a request can fail.
#[derive(Debug)]
pub enum Error {
    NotFound,
    NoNote,
    MethodNotAllowed,
    NotJson,
    Malformed,
    TooLarge,
    Invalid(Vec<Fault>),
    Platform(worker::Error),
}

impl From<worker::Error> for Error {
    fn from(cause: worker::Error) -> Self {
        Self::Platform(cause)
    }
}

impl From<Vec<Fault>> for Error {
    fn from(faults: Vec<Fault>) -> Self {
        Self::Invalid(faults)
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
        if let Self::Platform(cause) = &self {
            console_error!("{cause}");
        }
        let (status, title) = self.answer();
        let errors = match self {
            Self::Invalid(faults) => faults,
            _ => Vec::new(),
        };
        let problem = Problem {
            status: status.as_u16(),
            title,
            errors,
        };
        let kind = [(header::CONTENT_TYPE, "application/problem+json")];
        (status, kind, Json(problem)).into_response()
    }
}

#[derive(Serialize)]
struct Problem {
    status: u16,
    title: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<Fault>,
}

/// An invalid field or parameter, and what is wrong with it.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Fault {
    pub field: &'static str,
    pub detail: &'static str,
}

impl Fault {
    pub const fn new(field: &'static str, detail: &'static str) -> Self {
        Self { field, detail }
    }
}
