//! The errors, and the responses that clients get for them.
//!
//! The client gets a short JSON problem (RFC 9457): as a response, or as a frame once it has
//! joined. The cause only goes to the log.

use worker::{Response, console_error};

use crate::problem::Problem;

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Every way in which a request or a frame can fail.
#[derive(Debug)]
pub enum Error {
    NotFound,
    /// Holds the allowed methods.
    MethodNotAllowed(&'static str),
    BadRoom,
    BadName,
    NoUpgrade,
    Full,
    NotText,
    LongFrame,
    Unreadable,
    BadText,
    TooFast,
    Platform(worker::Error),
}

impl From<worker::Error> for Error {
    fn from(cause: worker::Error) -> Self {
        Self::Platform(cause)
    }
}

impl Error {
    /// Logs the cause, and returns what the client may know.
    pub fn into_problem(self) -> Problem {
        let (status, title) = match self {
            Self::NotFound => (404, "there is nothing at this address"),
            Self::MethodNotAllowed(_) => (405, "this address does not answer that method"),
            Self::BadRoom => (400, "a room has 1 to 40 of a to z, 0 to 9 and -"),
            Self::BadName => (400, "a name has 1 to 30 characters on one trimmed line"),
            Self::NoUpgrade => (426, "this address takes only WebSockets"),
            Self::Full => (503, "the room is full"),
            Self::NotText => (400, "a frame must be text"),
            Self::LongFrame => (413, "a frame may have 8 KB"),
            Self::Unreadable => (400, "the frame is not the JSON that a room takes"),
            Self::BadText => (422, "a text must have 1 to 500 characters"),
            Self::TooFast => (429, "a socket may send 10 frames in 10 seconds"),
            Self::Platform(_) => (500, "the worker could not answer"),
        };
        if let Self::Platform(cause) = self {
            console_error!("{cause}");
        }
        Problem { status, title }
    }

    /// Turns the error into a response.
    pub fn into_response(self) -> worker::Result<Response> {
        let allowed = match self {
            Self::MethodNotAllowed(allowed) => Some(allowed),
            _ => None,
        };
        self.into_problem().into_response(allowed)
    }
}
