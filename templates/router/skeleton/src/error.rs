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
    /// Holds the allowed methods.
    MethodNotAllowed(&'static str),
    UnknownMethod,
    NoLength,
    TooLong,
    BadId,
    NoAccount,
    Unreadable(worker::Error),
    /// Holds the rule that a value breaks.
    Invalid(&'static str),
    Platform(worker::Error),
}

/// Takes the errors of the worker crate, and those that it takes itself, such as `KvError`.
impl<E: Into<worker::Error>> From<E> for Error {
    fn from(cause: E) -> Self {
        Self::Platform(cause.into())
    }
}

impl Error {
    /// Logs the cause, and turns the error into a response.
    pub fn into_response(self) -> worker::Result<Response> {
        let (status, title) = match self {
            Self::NotFound => (404, "there is nothing at this address"),
            Self::MethodNotAllowed(_) => (405, "this address does not answer that method"),
            Self::UnknownMethod => (501, "this worker does not know that method"),
            Self::NoLength => (411, "the request must declare the length of its body"),
            Self::TooLong => (413, "the body is longer than this address takes"),
            Self::BadId => (400, "an account's id is a whole number up to 4294967295"),
            Self::NoAccount => (404, "there is no account with this id"),
            Self::Unreadable(_) => (400, "the body is not what this address takes"),
            Self::Invalid(rule) => (422, rule),
            Self::Platform(_) => (500, "the worker could not answer"),
        };
        let mut allowed = None;
        match self {
            Self::MethodNotAllowed(methods) => allowed = Some(methods),
            Self::Unreadable(cause) | Self::Platform(cause) => console_error!("{cause}"),
            _ => {}
        }
        Problem { status, title }.into_response(allowed)
    }
}
