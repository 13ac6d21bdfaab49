//! The errors, and the responses that clients get for them.
//!
//! The client gets a short JSON problem (RFC 9457). The cause only goes to the log.

use serde::Serialize;
use worker::{Response, ResponseBuilder, console_error};

use crate::event::FieldError;

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Every way in which a request can fail.
#[derive(Debug)]
pub enum Error {
    NotFound,
    /// Holds the allowed methods.
    MethodNotAllowed(&'static str),
    NoLength,
    TooLong,
    NotAnEvent(worker::Error),
    Invalid(Vec<FieldError>),
    Platform(worker::Error),
}

impl From<worker::Error> for Error {
    fn from(cause: worker::Error) -> Self {
        Self::Platform(cause)
    }
}

impl Error {
    /// The status and the title that the client sees.
    const fn answer(&self) -> (u16, &'static str) {
        match self {
            Self::NotFound => (404, "there is nothing at this address"),
            Self::MethodNotAllowed(_) => (405, "this address does not answer that method"),
            Self::NoLength => (411, "the request must declare the length of its body"),
            Self::TooLong => (413, "the body is longer than this address takes"),
            Self::NotAnEvent(_) => (400, "the body must be JSON with `kind` and `subject`"),
            Self::Invalid(_) => (422, "the event is not valid"),
            Self::Platform(_) => (500, "the worker could not answer"),
        }
    }

    /// Logs the cause, and turns the error into a response.
    pub fn into_response(self) -> worker::Result<Response> {
        if let Self::NotAnEvent(cause) | Self::Platform(cause) = &self {
            console_error!("{cause}");
        }
        let (status, title) = self.answer();
        let mut response = ResponseBuilder::new().with_status(status);
        if let Self::MethodNotAllowed(allowed) = self {
            response = response.with_header("allow", allowed)?;
        }
        let errors = match self {
            Self::Invalid(errors) => errors,
            _ => vec![],
        };
        let problem = Problem {
            status,
            title,
            errors,
        };
        let mut response = response.from_json(&problem)?;
        response
            .headers_mut()
            .set("content-type", "application/problem+json")?;
        Ok(response)
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
