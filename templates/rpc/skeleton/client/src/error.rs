//! The errors, and the responses that HTTP callers get for them.
//!
//! The caller gets a short JSON problem (RFC 9457). The cause only goes to the log.

use contract::Refusal;
use worker::{Response, console_error};

use crate::problem::Problem;

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Every way in which a request can fail.
#[derive(Debug)]
pub enum Error {
    NotFound,
    /// Holds the allowed methods.
    MethodNotAllowed(&'static str),
    /// The server refused the parcel.
    Refused(Refusal),
    /// The server failed or does not exist.
    Server(worker::Error),
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
            Self::Refused(Refusal::NoSuchCountry) => (404, "parcels do not go to that country"),
            Self::Refused(Refusal::NoWeight) => (422, "a parcel must weigh at least 1 gram"),
            Self::Refused(Refusal::TooHeavy) => (422, "the parcel is too heavy for that country"),
            Self::Server(_) => (502, "the postage server gave no answer"),
            Self::Platform(_) => (500, "the worker could not answer"),
        };
        let mut allowed = None;
        match self {
            Self::MethodNotAllowed(methods) => allowed = Some(methods),
            Self::Server(cause) | Self::Platform(cause) => console_error!("{cause}"),
            _ => {}
        }
        Problem { status, title }.into_response(allowed)
    }
}
