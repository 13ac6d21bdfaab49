//! The errors, and the responses that clients get for them.
//!
//! The client gets a short JSON problem (RFC 9457). The cause only goes to the log.

use worker::{Response, console_error};

use crate::problem::Problem;

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// In seconds. The period of the rate limit in `wrangler.toml`.
const RETRY_AFTER: &str = "60";

/// Every way in which a request can fail.
#[derive(Debug)]
pub enum Error {
    NotFound,
    /// Holds the allowed methods.
    MethodNotAllowed(&'static str),
    TooManyRequests,
    UpstreamFailed(worker::Error),
    UpstreamTooSlow,
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
            Self::TooManyRequests => (429, "there were too many requests from this client"),
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
        let response = Problem { status, title }.into_response(allowed)?;
        if status == 429 {
            response.headers().set("retry-after", RETRY_AFTER)?;
        }
        Ok(response)
    }
}
