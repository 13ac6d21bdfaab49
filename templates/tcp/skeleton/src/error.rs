//! The errors, and what clients get for them: over HTTP a response, over TCP a line.
//!
//! The client gets a short title. The cause only goes to the log.

use worker::{Response, console_error};

use crate::problem::Problem;

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Every way in which a question can fail.
#[derive(Debug)]
pub enum Error {
    NotFound,
    /// Holds the allowed methods.
    MethodNotAllowed(&'static str),
    BadDomain,
    /// The client sent no whole line in time.
    NoLine,
    /// The server cannot be reached, or the connection broke.
    Upstream(std::io::Error),
    UpstreamTooLong,
    UpstreamTooSlow,
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
            Self::BadDomain => (400, "a domain is like example.com"),
            Self::NoLine => (408, "a question is one line, and must be sent soon"),
            Self::Upstream(_) => (502, "the server cannot be reached"),
            Self::UpstreamTooLong => (502, "the server's answer is too long"),
            Self::UpstreamTooSlow => (504, "the server took too long"),
            Self::Platform(_) => (500, "the worker could not answer"),
        }
    }

    fn log(&self) {
        match self {
            Self::Upstream(cause) => console_error!("{cause}"),
            Self::Platform(cause) => console_error!("{cause}"),
            _ => {}
        }
    }

    /// Logs the cause, and turns the error into a JSON problem (RFC 9457).
    pub fn into_response(self) -> worker::Result<Response> {
        self.log();
        let allowed = match self {
            Self::MethodNotAllowed(allowed) => Some(allowed),
            _ => None,
        };
        let (status, title) = self.answer();
        Problem { status, title }.into_response(allowed)
    }

    /// Logs the cause, and turns the error into a line, which WHOIS begins with a percent sign.
    pub fn into_line(self) -> Vec<u8> {
        self.log();
        let (_, title) = self.answer();
        format!("% {title}\r\n").into()
    }
}
