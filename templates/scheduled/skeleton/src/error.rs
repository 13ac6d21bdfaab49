//! The errors, and how they are reported.
//!
//! A client gets a short JSON problem (RFC 9457), and a checkpoint gets the same sentence. The
//! cause only goes to the log.

use wasm_bindgen::prelude::wasm_bindgen;
use worker::{KvError, Response, console_error, js_sys};

use crate::plan::Time;
use crate::problem::Problem;
use crate::route::ALLOWED;

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
    MethodNotAllowed,
    NoDigest,
    NoReading(Time),
    /// Holds the key and the cause.
    Unreadable(String),
    Platform(worker::Error),
}

impl From<worker::Error> for Error {
    fn from(cause: worker::Error) -> Self {
        Self::Platform(cause)
    }
}

impl From<KvError> for Error {
    fn from(cause: KvError) -> Self {
        Self::Platform(cause.into())
    }
}

impl Error {
    /// The public description of the error.
    pub const fn sentence(&self) -> &'static str {
        match self {
            Self::NotFound => "there is nothing at this address",
            Self::MethodNotAllowed => "this address does not answer that method",
            Self::NoDigest => "there is no digest of this day",
            Self::NoReading(_) => "there is no reading of this hour",
            Self::Unreadable(_) => "a stored value cannot be read",
            Self::Platform(_) => "the worker could not do this",
        }
    }

    const fn status(&self) -> u16 {
        match self {
            Self::NotFound | Self::NoDigest => 404,
            Self::MethodNotAllowed => 405,
            Self::NoReading(_) | Self::Unreadable(_) | Self::Platform(_) => 500,
        }
    }

    /// Logs the cause, unless it is the client's mistake.
    fn log(&self) {
        match self {
            Self::NoReading(hour) => console_error!("there is no reading of {hour}"),
            Self::Unreadable(cause) => console_error!("{cause}"),
            Self::Platform(cause) => console_error!("{cause}"),
            Self::NotFound | Self::MethodNotAllowed | Self::NoDigest => {}
        }
    }

    /// Logs the cause, and turns the error into a response.
    pub fn into_response(self) -> worker::Result<Response> {
        self.log();
        let allowed = matches!(self, Self::MethodNotAllowed).then_some(ALLOWED);
        let (status, title) = (self.status(), self.sentence());
        Problem { status, title }.into_response(allowed)
    }

    /// Logs the cause, and makes the platform count the run as failed. The handler of a cron
    /// trigger returns nothing, and a panic would end the instance and every request in it. So
    /// this makes the event wait for a rejected promise.
    pub fn into_failed_run(self) {
        self.log();
        let reason = js_sys::Error::new(self.sentence());
        wait_until(js_sys::Promise::reject(&reason));
    }
}
