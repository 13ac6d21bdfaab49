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
    NoUpload,
    NotEnded(worker::Error),
    /// Holds the allowed methods.
    MethodNotAllowed(&'static str),
    NoLength,
    TooLong,
    Unreadable(worker::Error),
    BadKey,
    BadCondition,
    /// Holds the rule that a value breaks.
    Invalid(&'static str),
    PreconditionFailed,
    /// Holds the size of the object.
    RangeNotSatisfiable(u64),
    MetadataTooLarge,
    Platform(worker::Error),
}

/// The errors of R2 contain a code, which is all that tells them apart.
impl From<worker::Error> for Error {
    fn from(cause: worker::Error) -> Self {
        let text = cause.to_string();
        let is = |code| text.contains(code);
        if is("(10024)") {
            Self::NoUpload
        } else if is("(10011)") || is("(10048)") {
            Self::Invalid("all parts but the last must have one size, of at least 5 MiB")
        } else if is("(10025)") {
            Self::Invalid("the parts must be those that were uploaded")
        } else if is("(10012)") {
            Self::MetadataTooLarge
        } else {
            Self::Platform(cause)
        }
    }
}

impl Error {
    /// Logs the cause, and turns the error into a response.
    pub fn into_response(self) -> worker::Result<Response> {
        let (status, title) = match self {
            Self::NotFound => (404, "there is nothing at this address"),
            Self::NoUpload => (404, "there is no such upload"),
            Self::NotEnded(_) => (409, "the upload was not ended; it may not exist"),
            Self::MethodNotAllowed(_) => (405, "this address does not answer that method"),
            Self::NoLength => (411, "the request must declare the length of its body"),
            Self::TooLong => (413, "the body is longer than this address takes"),
            Self::Unreadable(_) => (400, "the body is not the JSON that this address takes"),
            Self::BadKey => (400, "a key must have 1 to 1024 bytes of UTF-8"),
            Self::BadCondition => (400, "this method does not take that precondition"),
            Self::Invalid(rule) => (422, rule),
            Self::PreconditionFailed => (412, "the object is not in the expected state"),
            Self::RangeNotSatisfiable(_) => (416, "the object has no bytes in this range"),
            Self::MetadataTooLarge => (431, "the metadata is too large"),
            Self::Platform(_) => (500, "the worker could not answer"),
        };
        let (mut allowed, mut range) = (None, None);
        match self {
            Self::MethodNotAllowed(methods) => allowed = Some(methods),
            Self::RangeNotSatisfiable(size) => range = Some(format!("bytes */{size}")),
            Self::Unreadable(cause) | Self::NotEnded(cause) | Self::Platform(cause) => {
                console_error!("{cause}");
            }
            _ => {}
        }
        let response = Problem { status, title }.into_response(allowed)?;
        if let Some(range) = range {
            response.headers().set("content-range", &range)?;
        }
        Ok(response)
    }
}
