//! The errors, and the responses that clients get for them.
//!
//! The client gets a short JSON problem (RFC 9457). The cause only goes to the log.

use serde::Serialize;
use worker::{Response, ResponseBuilder, console_error};

use crate::draft::Flaws;

/// Every way in which a request can fail.
#[derive(Debug)]
pub enum Error {
    NotFound,
    MethodNotAllowed { allowed: &'static str },
    NoLength,
    TooLong,
    NotAnObject(worker::Error),
    NotAJob(Flaws),
    NotACount(worker::Error),
    KeyTaken,
    Platform(worker::Error),
}

impl From<worker::Error> for Error {
    fn from(cause: worker::Error) -> Self {
        Self::Platform(cause)
    }
}

impl From<Flaws> for Error {
    fn from(flaws: Flaws) -> Self {
        Self::NotAJob(flaws)
    }
}

impl Error {
    /// The status and the title that the client sees.
    const fn answer(&self) -> (u16, &'static str) {
        match self {
            Self::NotFound => (404, "there is nothing at this address"),
            Self::MethodNotAllowed { .. } => (405, "this address does not answer that method"),
            Self::NoLength => (411, "the request must declare the length of its body"),
            Self::TooLong => (413, "the body is longer than this address takes"),
            Self::NotAnObject(_) => (400, "the body must be a JSON object"),
            Self::NotAJob(_) => (422, "the body is not a job"),
            Self::NotACount(_) => (422, "`pieces` must be a whole number"),
            Self::KeyTaken => (409, "another job has this key"),
            Self::Platform(_) => (500, "the worker could not answer"),
        }
    }

    /// Logs the cause, and turns the error into a response.
    pub fn into_response(self) -> worker::Result<Response> {
        if let Self::NotAnObject(cause) | Self::NotACount(cause) | Self::Platform(cause) = &self {
            console_error!("{cause}");
        }
        let (status, title) = self.answer();
        let mut response = ResponseBuilder::new().with_status(status);
        if let Self::MethodNotAllowed { allowed } = self {
            response = response.with_header("allow", allowed)?;
        }
        let flaws = match self {
            Self::NotAJob(flaws) => Some(flaws),
            _ => None,
        };
        let problem = Problem {
            status,
            title,
            flaws,
        };
        let mut response = response.from_json(&problem)?;
        response
            .headers_mut()
            .set("content-type", "application/problem+json")?;
        Ok(response)
    }
}

#[derive(Serialize)]
struct Problem {
    status: u16,
    title: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    flaws: Option<Flaws>,
}
