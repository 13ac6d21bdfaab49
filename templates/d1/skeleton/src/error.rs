//! The errors, and the responses that clients get for them.
//!
//! The client gets a short JSON problem (RFC 9457). The cause only goes to the log.

use serde::Serialize;
use worker::{Response, ResponseBuilder, console_error};

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Every way in which a request can fail.
#[derive(Debug)]
pub enum Error {
    NotFound,
    NoRecipe,
    /// Holds the allowed methods.
    MethodNotAllowed(&'static str),
    NoLength,
    TooLong,
    Unreadable(worker::Error),
    Invalid(Vec<FieldError>),
    TitleTaken,
    Platform(worker::Error),
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

/// What the client learns about an error.
#[derive(Serialize)]
struct Problem {
    status: u16,
    title: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldError>,
}

impl Error {
    /// The status and the title that the client sees.
    const fn answer(&self) -> (u16, &'static str) {
        match self {
            Self::NotFound => (404, "there is nothing at this address"),
            Self::NoRecipe => (404, "there is no such recipe"),
            Self::MethodNotAllowed(_) => (405, "this address does not answer that method"),
            Self::NoLength => (411, "the request must declare the length of its body"),
            Self::TooLong => (413, "the body is longer than this address takes"),
            Self::Unreadable(_) => (400, "the body is not the JSON that this address takes"),
            Self::Invalid(_) => (422, "the request is not valid"),
            Self::TitleTaken => (409, "another recipe has this title"),
            Self::Platform(_) => (500, "the worker could not answer"),
        }
    }

    /// Logs the cause, and turns the error into a response.
    pub fn into_response(self) -> worker::Result<Response> {
        let (status, title) = self.answer();
        let mut response = ResponseBuilder::new().with_status(status);
        let mut errors = vec![];
        match self {
            Self::Unreadable(cause) | Self::Platform(cause) => console_error!("{cause}"),
            Self::MethodNotAllowed(allowed) => response = response.with_header("allow", allowed)?,
            Self::Invalid(invalid) => errors = invalid,
            _ => {}
        }
        let mut response = response.from_json(&Problem {
            status,
            title,
            errors,
        })?;
        let headers = response.headers_mut();
        headers.set("content-type", "application/problem+json")?;
        Ok(response)
    }
}
