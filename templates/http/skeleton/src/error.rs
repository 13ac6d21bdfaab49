//! The errors, and the responses that clients get for them.
//!
//! The client gets a short JSON problem (RFC 9457). The cause only goes to the log.

use worker::{HttpResponse, console_error};

use crate::problem::Problem;

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Every way in which a request can fail.
#[derive(Debug)]
pub enum Error {
    NotFound,
    /// Holds the allowed methods.
    MethodNotAllowed(&'static str),
    UpstreamFailed(worker::Error),
    UpstreamTooSlow,
    Platform(worker::Error),
}

/// Takes the errors of the worker crate, and those that it takes itself, such as `http::Error`.
impl<E: Into<worker::Error>> From<E> for Error {
    fn from(cause: E) -> Self {
        Self::Platform(cause.into())
    }
}

impl Error {
    /// Logs the cause, and turns the error into a response.
    pub fn into_response(self) -> worker::Result<HttpResponse> {
        let (status, title) = match self {
            Self::NotFound => (404, "there is nothing at this address"),
            Self::MethodNotAllowed(_) => (405, "this address does not answer that method"),
            Self::UpstreamFailed(_) => (502, "the server behind this worker did not answer"),
            Self::UpstreamTooSlow => (504, "the server behind this worker took too long"),
            Self::Platform(_) => (500, "the worker could not answer"),
        };
        let mut allowed = None;
        match self {
            Self::MethodNotAllowed(methods) => allowed = Some(methods),
            Self::UpstreamFailed(cause) | Self::Platform(cause) => console_error!("{cause}"),
            _ => {}
        }
        Problem { status, title }.into_response(allowed)?.try_into()
    }
}
