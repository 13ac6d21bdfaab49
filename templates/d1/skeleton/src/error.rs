//! The errors, and the responses that clients get for them.
//!
//! The client gets a short JSON problem (RFC 9457). The cause only goes to the log.

use worker::{Response, console_error};

use crate::constraint;
use crate::problem::Problem;

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
    BadTitle,
    BadMinutes,
    BadList,
    BadIngredient,
    BadLimit,
    IngredientTwice,
    TitleTaken,
    Platform(worker::Error),
}

/// The only place where a database error is mapped to a constraint. It is recognized by its
/// text, because `all` returns a different kind of error than `batch`, `first` and `run` do.
impl From<worker::Error> for Error {
    fn from(cause: worker::Error) -> Self {
        constraint::broken_in(&cause.to_string()).unwrap_or(Self::Platform(cause))
    }
}

impl Error {
    /// The status and the title that the client sees.
    const fn answer(&self) -> (u16, &'static str) {
        match self {
            Self::NotFound => (404, "there is nothing at this address"),
            Self::NoRecipe => (404, "there is no such recipe"),
            Self::MethodNotAllowed(_) => (405, "this address does not answer that method"),
            Self::NoLength => (411, "the request must declare the length of its body"),
            Self::TooLong => (413, "the body is longer than this address takes"),
            Self::Unreadable(_) => (400, "the body is not the JSON that this address takes"),
            Self::BadTitle => (
                422,
                "a title must have 1 to 80 characters, and no space around it",
            ),
            Self::BadMinutes => (422, "minutes must be from 1 to 1440"),
            Self::BadList => (422, "a recipe must have 1 to 40 ingredients"),
            Self::BadIngredient => (
                422,
                "a name or an amount must have 1 to 60 characters, and no space around it",
            ),
            Self::BadLimit => (422, "a limit must be a number from 1 to 100"),
            Self::IngredientTwice => (422, "a recipe must name each ingredient once"),
            Self::TitleTaken => (409, "another recipe has this title"),
            Self::Platform(_) => (500, "the worker could not answer"),
        }
    }

    /// Logs the cause, and turns the error into a response.
    pub fn into_response(self) -> worker::Result<Response> {
        if let Self::Unreadable(cause) | Self::Platform(cause) = &self {
            console_error!("{cause}");
        }
        let allowed = match self {
            Self::MethodNotAllowed(allowed) => Some(allowed),
            _ => None,
        };
        let (status, title) = self.answer();
        Problem { status, title }.into_response(allowed)
    }
}
