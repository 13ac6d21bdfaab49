//! The errors, and the responses that HTTP callers get for them.
//!
//! The caller gets a short JSON problem (RFC 9457). The cause only goes to the log.

use contract::Refusal;
use worker::{Response, console_error};

use crate::problem::Problem;

/// Every way in which a request can fail.
#[derive(Debug)]
pub enum Error {
    NotFound,
    /// Holds the allowed methods.
    MethodNotAllowed(&'static str),
    NoLength,
    TooLong,
    Unreadable(worker::Error),
    NoSuchCountry,
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
    /// The status and the title that the caller sees.
    const fn answer(&self) -> (u16, &'static str) {
        match self {
            Self::NotFound => (404, "there is nothing at this address"),
            Self::MethodNotAllowed(_) => (405, "this address does not answer that method"),
            Self::NoLength => (411, "the request must declare the length of its body"),
            Self::TooLong => (413, "the body is longer than this address takes"),
            Self::Unreadable(_) => (400, "the body is not the JSON that this address takes"),
            Self::NoSuchCountry => (404, "parcels do not go to that country"),
            Self::Refused(refusal) => (422, words(refusal)),
            Self::Server(_) => (502, "the postage server gave no answer"),
            Self::Platform(_) => (500, "the worker could not answer"),
        }
    }

    /// Logs the cause, and turns the error into a response.
    pub fn into_response(self) -> worker::Result<Response> {
        if let Self::Unreadable(cause) | Self::Server(cause) | Self::Platform(cause) = &self {
            console_error!("{cause}");
        }
        let allowed = match self {
            Self::MethodNotAllowed(allowed) => Some(allowed),
            _ => None,
        };
        let (status, title) = self.answer();
        Problem { status, title }.into_response(allowed)
    }
}

/// The title that the caller sees for a refusal of the server.
const fn words(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::NoSuchCountry => "parcels do not go to that country",
        Refusal::NoWeight => "a parcel must weigh at least 1 gram",
        Refusal::TooHeavy => "the parcel is too heavy for that country",
    }
}
