//! The errors, and the responses that clients get for them.
//!
//! The client gets a short JSON problem (RFC 9457). The cause only goes to the log.

use worker::{Response, console_error};

use crate::field_error::FieldError;
use crate::problem::Problem;

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Every way in which a request can fail.
#[derive(Debug)]
pub enum Error {
    NotFound,
    NoRecipe,
    /// Holds the allowed methods.
    MethodNotAllowed(&'static str),
    NoLength,
    TooLong,
    Unreadable(worker::Error),
    Invalid(Vec<FieldError>),
    TitleTaken,
    Platform(worker::Error),
}

impl Error {
    /// Logs the cause, and turns the error into a response.
    pub fn into_response(self) -> worker::Result<Response> {
        let (status, title) = match self {
            Self::NotFound => (404, "there is nothing at this address"),
            Self::NoRecipe => (404, "there is no such recipe"),
            Self::MethodNotAllowed(_) => (405, "this address does not answer that method"),
            Self::NoLength => (411, "the request must declare the length of its body"),
            Self::TooLong => (413, "the body is longer than this address takes"),
            Self::Unreadable(_) => (400, "the body is not the JSON that this address takes"),
            Self::Invalid(_) => (422, "the request is not valid"),
            Self::TitleTaken => (409, "another recipe has this title"),
            Self::Platform(_) => (500, "the worker could not answer"),
        };
        let (mut allowed, mut errors) = (None, vec![]);
        match self {
            Self::Unreadable(cause) | Self::Platform(cause) => console_error!("{cause}"),
            Self::MethodNotAllowed(methods) => allowed = Some(methods),
            Self::Invalid(invalid) => errors = invalid,
            _ => {}
        }
        let problem = Problem {
            status,
            title,
            errors,
        };
        problem.into_response(allowed)
    }
}
