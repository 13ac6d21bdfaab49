//! The errors, and the responses that clients get for them.
//!
//! The client gets a short JSON problem (RFC 9457). The cause only goes to the log.

use worker::{Response, console_error};

use crate::problem::Problem;

/// Every way in which a request can fail.
#[derive(Debug)]
pub enum Error {
    NotFound,
    /// Holds the allowed methods.
    MethodNotAllowed(&'static str),
    BadPantry,
    NoLength,
    TooLong,
    Unreadable(worker::Error),
    BadList,
    BadName,
    BadCount,
    LongNote,
    NotEnough,
    ShelfFull,
    Platform(worker::Error),
}

impl From<worker::Error> for Error {
    fn from(cause: worker::Error) -> Self {
        Self::Platform(cause)
    }
}

/// For the object's own events, which report errors to the runtime instead of a client.
impl From<Error> for worker::Error {
    fn from(error: Error) -> Self {
        match error {
            Error::Platform(cause) => cause,
            refusal => refusal.answer().1.into(),
        }
    }
}

impl Error {
    /// The status and the title that the client sees.
    const fn answer(&self) -> (u16, &'static str) {
        match self {
            Self::NotFound => (404, "there is nothing at this address"),
            Self::MethodNotAllowed(_) => (405, "this address does not answer that method"),
            Self::BadPantry => (400, "a pantry has 1 to 40 of a to z, 0 to 9 and -"),
            Self::NoLength => (411, "the request must declare the length of its body"),
            Self::TooLong => (413, "the body is longer than this address takes"),
            Self::Unreadable(_) => (400, "the body is not the JSON that this address takes"),
            Self::BadList => (422, "a list must have 1 to 100 items"),
            Self::BadName => (422, "a shelf or an item must have 1 to 60 characters"),
            Self::BadCount => (422, "a count must be from 1 to 1000"),
            Self::LongNote => (422, "a note may have 200 characters"),
            Self::NotEnough => (409, "there is not enough of it on that shelf"),
            Self::ShelfFull => (409, "a shelf holds at most 1000 of an item"),
            Self::Platform(_) => (500, "the worker could not answer"),
        }
    }

    /// Logs the cause, and turns the error into a response.
    pub fn into_response(self) -> worker::Result<Response> {
        if let Self::Unreadable(cause) | Self::Platform(cause) = &self {
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
