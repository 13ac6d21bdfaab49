//! The errors, and the responses that clients get for them.
//!
//! The client gets a short JSON problem (RFC 9457). The cause only goes to the log.

use worker::{Response, console_error};

use crate::contract::Refusal;
use crate::problem::Problem;

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Every way in which a request can fail.
#[derive(Debug)]
pub enum Error {
    NotFound,
    /// Holds the allowed methods.
    MethodNotAllowed(&'static str),
    BadShow,
    NoLength,
    TooLong,
    Unreadable(worker::Error),
    /// The show refused.
    Refused(Refusal),
    Platform(worker::Error),
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
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
            Self::MethodNotAllowed(_) => (405, "this address does not answer that method"),
            Self::BadShow => (400, "a show's name has 1 to 40 of a to z, 0 to 9 and -"),
            Self::NoLength => (411, "the request must declare the length of its body"),
            Self::TooLong => (413, "the body is longer than this address takes"),
            Self::Unreadable(_) => (400, "the body is not the JSON that this address takes"),
            Self::Refused(Refusal::NoSuchSeat) => (404, "the show has no such seat"),
            Self::Refused(Refusal::NotReserved) => (404, "nobody has reserved that seat"),
            Self::Refused(Refusal::Taken) => (409, "somebody else has reserved that seat"),
            Self::Refused(Refusal::BadName) => (422, "a name must have 1 to 60 characters"),
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
