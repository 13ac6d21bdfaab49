//! The errors, and how they are reported.
//!
//! A client gets a short JSON problem (RFC 9457), and a checkpoint gets the same sentence. The
//! cause only goes to the log.

use wasm_bindgen::prelude::wasm_bindgen;
use worker::{Response, console_error, js_sys};

use crate::problem::Problem;

#[wasm_bindgen(module = "cloudflare:workers")]
extern "C" {
    /// The runtime's own function: `ScheduleContext::wait_until` takes only futures that cannot
    /// fail.
    #[wasm_bindgen(js_name = waitUntil)]
    fn wait_until(promise: js_sys::Promise);
}

/// Every way in which a request or a run can fail.
#[derive(Debug)]
pub enum Error {
    NotFound,
    /// Holds the allowed methods.
    MethodNotAllowed(&'static str),
    NoDigest,
    /// Holds the cause.
    NoReading(String),
    /// Holds the key and the cause.
    Unreadable(String),
    Platform(worker::Error),
}

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// For `worker::Error`, and for those of its parts, such as `KvError`.
impl<E: Into<worker::Error>> From<E> for Error {
    fn from(cause: E) -> Self {
        Self::Platform(cause.into())
    }
}

impl Error {
    /// The status of the response, and a sentence that anyone may read.
    pub const fn answer(&self) -> (u16, &'static str) {
        match self {
            Self::NotFound => (404, "there is nothing at this address"),
            Self::MethodNotAllowed(_) => (405, "this address does not answer that method"),
            Self::NoDigest => (404, "there is no digest of this day"),
            Self::NoReading(_) => (500, "there is no reading of this hour"),
            Self::Unreadable(_) => (500, "a stored value cannot be read"),
            Self::Platform(_) => (500, "the worker could not do this"),
        }
    }

    /// Logs the cause, unless it is the client's mistake.
    fn log(&self) {
        match self {
            Self::NoReading(cause) | Self::Unreadable(cause) => console_error!("{cause}"),
            Self::Platform(cause) => console_error!("{cause}"),
            _ => {}
        }
    }

    /// Logs the cause, and turns the error into a response.
    pub fn into_response(self) -> worker::Result<Response> {
        self.log();
        let (status, title) = self.answer();
        let allowed = match self {
            Self::MethodNotAllowed(allowed) => Some(allowed),
            _ => None,
        };
        Problem { status, title }.into_response(allowed)
    }

    /// Logs the cause, and makes the platform count the run as failed. The handler of a cron
    /// trigger returns nothing, and a panic would end the instance and every request in it. So
    /// this makes the event wait for a rejected promise.
    pub fn into_failed_run(self) {
        self.log();
        let reason = js_sys::Error::new(self.answer().1);
        wait_until(js_sys::Promise::reject(&reason));
    }
}
