//! The errors, and the responses that clients get for them.
//!
//! The client gets a short JSON problem (RFC 9457). The cause only goes to the log.

use serde_json::json;
use worker::{Response, ResponseBuilder, console_error};

use crate::field_error::FieldError;

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Every way in which a request can fail.
#[derive(Debug)]
pub enum Error {
    NotFound,
    /// Holds the allowed methods.
    MethodNotAllowed(&'static str),
    NoLength,
    TooLong,
    Unreadable(worker::Error),
    Invalid(Vec<FieldError>),
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
        format!("{error:?}").into()
    }
}

impl Error {
    /// Logs the cause, and turns the error into a response.
    pub fn into_response(self) -> worker::Result<Response> {
        let (status, title) = match self {
            Self::NotFound => (404, "there is nothing at this address"),
            Self::MethodNotAllowed(_) => (405, "this address does not answer that method"),
            Self::NoLength => (411, "the request must declare the length of its body"),
            Self::TooLong => (413, "the body is longer than this address takes"),
            Self::Unreadable(_) => (400, "the body is not the JSON that this address takes"),
            Self::Invalid(_) => (422, "the request is not valid"),
            Self::NotEnough => (409, "there is not enough of it on that shelf"),
            Self::ShelfFull => (409, "a shelf holds at most 1000 of an item"),
            Self::Platform(_) => (500, "the worker could not answer"),
        };
        let mut response = ResponseBuilder::new().with_status(status);
        let mut problem = json!({ "status": status, "title": title });
        match self {
            Self::Unreadable(cause) | Self::Platform(cause) => console_error!("{cause}"),
            Self::MethodNotAllowed(allowed) => response = response.with_header("allow", allowed)?,
            Self::Invalid(errors) => problem["errors"] = json!(errors),
            _ => {}
        }
        let mut response = response.from_json(&problem)?;
        let headers = response.headers_mut();
        headers.set("content-type", "application/problem+json")?;
        Ok(response)
    }
}
