//! The errors, and the responses that clients get for them.
//!
//! The client gets a short JSON problem (RFC 9457). The cause only goes to the log.

use worker::{HttpResponse, console_error};

use crate::problem::Problem;
use crate::route::ALLOWED;

/// Every way in which a request can fail.
#[derive(Debug)]
pub enum Error {
    NotFound,
    MethodNotAllowed,
    UpstreamFailed(worker::Error),
    UpstreamTooSlow,
    Platform(worker::Error),
}

impl From<worker::Error> for Error {
    fn from(cause: worker::Error) -> Self {
        Self::Platform(cause)
    }
}

impl From<http::Error> for Error {
    fn from(cause: http::Error) -> Self {
        Self::Platform(cause.into())
    }
}

impl Error {
    /// The status and the title that the client sees.
    const fn answer(&self) -> (u16, &'static str) {
        match self {
            Self::NotFound => (404, "there is nothing at this address"),
            Self::MethodNotAllowed => (405, "this address does not answer that method"),
            Self::UpstreamFailed(_) => (502, "the server behind this worker did not answer"),
            Self::UpstreamTooSlow => (504, "the server behind this worker took too long"),
            Self::Platform(_) => (500, "the worker could not answer"),
        }
    }

    /// Logs the cause, and turns the error into a response.
    pub fn into_response(self) -> worker::Result<HttpResponse> {
        if let Self::UpstreamFailed(cause) | Self::Platform(cause) = &self {
            console_error!("{cause}");
        }
        let allowed = matches!(self, Self::MethodNotAllowed).then_some(ALLOWED);
        let (status, title) = self.answer();
        Problem { status, title }.into_response(allowed)?.try_into()
    }
}
