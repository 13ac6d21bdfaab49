//! The errors, and the responses that clients get for them.
//!
//! The client gets a short JSON problem (RFC 9457). The cause only goes to the log.

use worker::{Response, console_error};

use crate::problem::Problem;
use crate::route::ALLOWED;

/// Every way in which a request can fail.
#[derive(Debug)]
pub enum Error {
    NotFound,
    MethodNotAllowed,
    NotAForm(worker::Error),
    NoFile,
    NotAFile,
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
            Self::MethodNotAllowed => (405, "this address does not answer that method"),
            Self::NotAForm(_) => (400, "the body must be a form"),
            Self::NoFile => (400, "the form has no `file` part"),
            Self::NotAFile => (400, "the `file` part must be a file"),
            Self::Platform(_) => (500, "the worker could not answer"),
        }
    }

    /// Logs the cause, and turns the error into a response.
    pub fn into_response(self) -> worker::Result<Response> {
        if let Self::NotAForm(cause) | Self::Platform(cause) = &self {
            console_error!("{cause}");
        }
        let allowed = matches!(self, Self::MethodNotAllowed).then_some(ALLOWED);
        let (status, title) = self.answer();
        Problem { status, title }.into_response(allowed)
    }
}
