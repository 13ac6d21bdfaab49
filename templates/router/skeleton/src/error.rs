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
    UnknownMethod,
    NoLength,
    TooLong,
    BadId,
    NoAccount,
    NotAnAccount(worker::Error),
    BadName,
    NotAForm(worker::Error),
    NoFile,
    NotAFile,
    TooManyFiles,
    BadPermission,
    Platform(worker::Error),
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
            Self::UnknownMethod => (501, "this worker does not know that method"),
            Self::NoLength => (411, "the request must declare the length of its body"),
            Self::TooLong => (413, "the body is longer than this address takes"),
            Self::BadId => (400, "an account's id is a whole number up to 4294967295"),
            Self::NoAccount => (404, "there is no account with this id"),
            Self::NotAnAccount(_) => (400, "the body must be JSON with a `name`"),
            Self::BadName => (422, "a name must have 1 to 60 characters"),
            Self::NotAForm(_) => (400, "the body must be a form"),
            Self::NoFile => (422, "the form has no `file` part"),
            Self::NotAFile => (422, "every `file` part must be a file"),
            Self::TooManyFiles => (422, "an upload may have 10 files"),
            Self::BadPermission => (422, "`permissions` may be read, write and share"),
            Self::Platform(_) => (500, "the worker could not answer"),
        }
    }

    /// Logs the cause, and turns the error into a response.
    pub fn into_response(self) -> worker::Result<Response> {
        if let Self::NotAnAccount(cause) | Self::NotAForm(cause) | Self::Platform(cause) = &self {
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
