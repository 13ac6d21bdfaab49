//! The errors, and the responses that clients get for them.
//!
//! The client gets a short JSON problem (RFC 9457). The cause only goes to the log.

use serde::Serialize;
use worker::{Response, console_error};

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Every way in which a request can fail.
#[derive(Debug)]
pub enum Error {
    NotFound,
    /// Holds the allowed methods.
    MethodNotAllowed(&'static str),
    NoLength,
    TooLong,
    Unreadable(worker::Error),
    Invalid(Vec<FieldError>),
    Platform(worker::Error),
}

/// A field of the body that is not valid.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct FieldError {
    pub field: &'static str,
    pub message: &'static str,
}

#[derive(Serialize)]
struct Problem {
    status: u16,
    title: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldError>,
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
            Self::Unreadable(_) => (400, "the body is not the JSON that this address takes"),
            Self::Invalid(_) => (422, "the message is not valid"),
            Self::Platform(_) => (500, "the worker could not answer"),
        }
    }

    /// Logs the cause, and turns the error into a response. A 405 lists the allowed methods.
    pub fn into_response(self) -> worker::Result<Response> {
        let (status, title) = self.answer();
        let (mut allowed, mut errors) = (None, Vec::new());
        match self {
            Self::Unreadable(cause) | Self::Platform(cause) => console_error!("{cause}"),
            Self::MethodNotAllowed(methods) => allowed = Some(methods),
            Self::Invalid(found) => errors = found,
            Self::NotFound | Self::NoLength | Self::TooLong => {}
        }
        let problem = Problem {
            status,
            title,
            errors,
        };
        let mut response = Response::from_json(&problem)?.with_status(status);
        let headers = response.headers_mut();
        headers.set("content-type", "application/problem+json")?;
        if let Some(allowed) = allowed {
            headers.set("allow", allowed)?;
        }
        Ok(response)
    }
}
