//! The errors, and the responses that clients get for them.
//!
//! The client gets a short JSON problem (RFC 9457). The cause only goes to the log.

use worker::{Response, console_error};

use crate::problem::Problem;

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Every way in which a request can fail.
#[derive(Debug)]
pub enum Error {
    NotFound,
    NoPlanet,
    /// Holds the allowed methods.
    MethodNotAllowed(&'static str),
    BadWeight,
    Platform(worker::Error),
}

impl From<worker::Error> for Error {
    fn from(cause: worker::Error) -> Self {
        Self::Platform(cause)
    }
}

impl Error {
    /// Logs the cause, and turns the error into a response.
    pub fn into_response(self) -> worker::Result<Response> {
        let (status, title) = match self {
            Self::NotFound => (404, "there is nothing at this address"),
            Self::NoPlanet => (404, "there is no such planet"),
            Self::MethodNotAllowed(_) => (405, "this address does not answer that method"),
            Self::BadWeight => (422, "kilograms must be a number from 0 to 1000000"),
            Self::Platform(_) => (500, "the worker could not answer"),
        };
        let mut allowed = None;
        match self {
            Self::MethodNotAllowed(methods) => allowed = Some(methods),
            Self::Platform(cause) => console_error!("{cause}"),
            _ => {}
        }
        Problem { status, title }.into_response(allowed)
    }
}
