//! The errors, and the messages that visitors see.
//!
//! An error crosses the network: what goes wrong in the worker is shown in the browser. So it
//! does not contain the cause, which only goes to the log.

use std::fmt;

use leptos::server_fn::codec::JsonEncoding;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Every way in which a server function can fail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Error {
    NoName,
    LongName,
    NoMessage,
    LongMessage,
    Offline,
    Platform,
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::NoName => "Please say who you are.",
            Self::LongName => "This name is too long.",
            Self::NoMessage => "Please write a message.",
            Self::LongMessage => "This message is too long.",
            Self::Offline => "The guest book could not be reached.",
            Self::Platform => "The guest book cannot be opened just now.",
        })
    }
}

/// For errors on the way to a server function and back.
impl FromServerFnError for Error {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(cause: ServerFnErrorErr) -> Self {
        leptos::logging::error!("{cause}");
        match cause {
            ServerFnErrorErr::Request(_) => Self::Offline,
            _ => Self::Platform,
        }
    }
}

#[cfg(feature = "ssr")]
impl From<worker::Error> for Error {
    fn from(cause: worker::Error) -> Self {
        worker::console_error!("{cause}");
        Self::Platform
    }
}
