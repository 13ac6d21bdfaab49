//! The errors, and the responses that clients get for them.
//!
//! The client gets a short JSON problem (RFC 9457). The cause only goes to the log.

use worker::{Response, console_error};

use crate::problem::Problem;

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Every way in which a request can fail before the answer begins.
#[derive(Debug)]
pub enum Error {
    NotFound,
    /// Holds the allowed methods.
    MethodNotAllowed(&'static str),
    NoLength,
    TooLong,
    Unreadable(worker::Error),
    /// Holds the rule that a value breaks.
    Invalid(&'static str),
    /// The model is busy or unknown, nobody is logged in, or the account has used up its share.
    Model(worker::Error),
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
            Self::MethodNotAllowed(_) => (405, "this address does not answer that method"),
            Self::NoLength => (411, "the request must declare the length of its body"),
            Self::TooLong => (413, "the body is longer than this address takes"),
            Self::Unreadable(_) => (400, "the body is not the JSON that this address takes"),
            Self::Invalid(rule) => (422, rule),
            Self::Model(_) => (503, "the model cannot answer now"),
            Self::Platform(_) => (500, "the worker could not answer"),
        };
        let mut allowed = None;
        match self {
            Self::MethodNotAllowed(methods) => allowed = Some(methods),
            Self::Unreadable(cause) | Self::Model(cause) | Self::Platform(cause) => {
                console_error!("{cause}");
            }
            _ => {}
        }
        Problem { status, title }.into_response(allowed)
    }
}
