//! The errors, and the responses that clients get for them.
//!
//! The client gets a short JSON problem (RFC 9457). The cause only goes to the log.

use tokio_postgres::error::SqlState;
use worker::{Response, console_error};

use crate::problem::Problem;

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Every way in which a request can fail.
#[derive(Debug)]
pub enum Error {
    NotFound,
    /// Holds the allowed methods.
    MethodNotAllowed(&'static str),
    BadId,
    NoLength,
    TooLong,
    Unreadable(worker::Error),
    /// Holds the rule that a value breaks.
    Invalid(&'static str),
    NoSuchAccount,
    AccountExists,
    OtherTransfer,
    NotEnough,
    /// The database cannot be reached, or is shutting down or overloaded.
    Unavailable(tokio_postgres::Error),
    Database(tokio_postgres::Error),
    Platform(worker::Error),
}

impl From<worker::Error> for Error {
    fn from(cause: worker::Error) -> Self {
        Self::Platform(cause)
    }
}

/// Some rules only the database can check. Its errors carry the standard's five-character codes.
impl From<tokio_postgres::Error> for Error {
    fn from(cause: tokio_postgres::Error) -> Self {
        match cause.code() {
            Some(&SqlState::FOREIGN_KEY_VIOLATION) => Self::NoSuchAccount,
            Some(&SqlState::CHECK_VIOLATION) => Self::NotEnough,
            _ if is_unavailable(&cause) => Self::Unavailable(cause),
            _ => Self::Database(cause),
        }
    }
}

/// Returns whether the connection failed, and not a query.
fn is_unavailable(cause: &tokio_postgres::Error) -> bool {
    let is_io = |source: &(dyn std::error::Error + 'static)| source.is::<std::io::Error>();
    match cause.code() {
        // The classes of broken connections, of missing resources, and of interventions.
        Some(code) => matches!(code.code().get(..2), Some("08" | "53" | "57")),
        None => cause.is_closed() || std::error::Error::source(cause).is_some_and(is_io),
    }
}

impl Error {
    /// Logs the cause, and turns the error into a response.
    pub fn into_response(self) -> worker::Result<Response> {
        let (status, title) = match self {
            Self::NotFound => (404, "there is nothing at this address"),
            Self::MethodNotAllowed(_) => (405, "this address does not answer that method"),
            Self::BadId => (400, "an id has 1 to 40 of a to z, 0 to 9 and -"),
            Self::NoLength => (411, "the request must declare the length of its body"),
            Self::TooLong => (413, "the body is longer than this address takes"),
            Self::Unreadable(_) => (400, "the body is not the JSON that this address takes"),
            Self::Invalid(rule) => (422, rule),
            Self::NoSuchAccount => (404, "there is no such account"),
            Self::AccountExists => (409, "there is an account with that id already"),
            Self::OtherTransfer => (409, "there is another transfer with that id already"),
            Self::NotEnough => (409, "the account has less than that"),
            Self::Unavailable(_) => (503, "the database cannot be reached now"),
            Self::Database(_) | Self::Platform(_) => (500, "the worker could not answer"),
        };
        let mut allowed = None;
        match self {
            Self::MethodNotAllowed(methods) => allowed = Some(methods),
            Self::Unreadable(cause) | Self::Platform(cause) => console_error!("{cause}"),
            Self::Unavailable(cause) | Self::Database(cause) => console_error!("{cause:?}"),
            _ => {}
        }
        Problem { status, title }.into_response(allowed)
    }
}
