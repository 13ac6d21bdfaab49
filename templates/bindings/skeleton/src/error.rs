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
    /// Holds the allowed methods.
    MethodNotAllowed(&'static str),
    BadKey,
    NoNotice,
    Unauthorized,
    Closed,
    TooLong,
    /// A binding is not valid; `bindings.rs` has logged which one.
    Misconfigured,
    Platform(worker::Error),
}

/// Takes the errors of the worker crate, and those that it takes itself, such as `KvError`.
impl<E: Into<worker::Error>> From<E> for Error {
    fn from(cause: E) -> Self {
        Self::Platform(cause.into())
    }
}

impl Error {
    /// Logs the cause, and turns the error into a response.
    pub fn into_response(self) -> worker::Result<Response> {
        let (status, title) = match self {
            Self::NotFound => (404, "there is nothing at this address"),
            Self::MethodNotAllowed(_) => (405, "this address does not answer that method"),
            Self::BadKey => (400, "a key has 1 to 64 of a to z, 0 to 9 and -"),
            Self::NoNotice => (404, "there is no notice with this key"),
            Self::Unauthorized => (401, "the token is missing or wrong"),
            Self::Closed => (503, "the board takes no notices now"),
            Self::TooLong => (413, "the notice is longer than the settings allow"),
            Self::Misconfigured => (500, "the worker is not set up correctly"),
            Self::Platform(_) => (500, "the worker could not answer"),
        };
        let mut allowed = None;
        match self {
            Self::MethodNotAllowed(methods) => allowed = Some(methods),
            Self::Platform(cause) => console_error!("{cause}"),
            _ => {}
        }
        let response = Problem { status, title }.into_response(allowed)?;
        if status == 401 {
            response.headers().set("www-authenticate", "Bearer")?;
        }
        Ok(response)
    }
}
