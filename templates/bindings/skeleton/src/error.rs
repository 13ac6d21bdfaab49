//! The errors, and the responses that clients get for them.
//!
//! The client gets a short JSON problem (RFC 9457). The cause only goes to the log.

use worker::{KvError, Response, console_error};

use crate::flaws::Flaws;
use crate::problem::Problem;

/// Every way in which a request can fail.
#[derive(Debug)]
pub enum Error {
    NotFound,
    /// Holds the allowed methods.
    MethodNotAllowed(&'static str),
    BadKey,
    NoNotice,
    Unauthorized,
    Closed,
    TooLong,
    Misconfigured(Flaws),
    Platform(worker::Error),
}

impl From<Flaws> for Error {
    fn from(flaws: Flaws) -> Self {
        Self::Misconfigured(flaws)
    }
}

impl From<KvError> for Error {
    fn from(cause: KvError) -> Self {
        Self::Platform(cause.into())
    }
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
            Self::BadKey => (400, "a key has 1 to 64 of a to z, 0 to 9 and -"),
            Self::NoNotice => (404, "there is no notice with this key"),
            Self::Unauthorized => (401, "the token is missing or wrong"),
            Self::Closed => (503, "the board takes no notices now"),
            Self::TooLong => (413, "the notice is longer than the settings allow"),
            Self::Misconfigured(_) => (500, "the worker is not set up correctly"),
            Self::Platform(_) => (500, "the worker could not answer"),
        }
    }

    /// Logs the cause, and turns the error into a response.
    pub fn into_response(self) -> worker::Result<Response> {
        match &self {
            Self::Misconfigured(flaws) => console_error!("{flaws}"),
            Self::Platform(cause) => console_error!("{cause}"),
            _ => {}
        }
        let allowed = match self {
            Self::MethodNotAllowed(allowed) => Some(allowed),
            _ => None,
        };
        let (status, title) = self.answer();
        let mut response = Problem { status, title }.into_response(allowed)?;
        if status == 401 {
            response.headers_mut().set("www-authenticate", "Bearer")?;
        }
        Ok(response)
    }
}
