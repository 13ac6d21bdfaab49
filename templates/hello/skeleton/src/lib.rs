//! `GET /` returns a greeting, and `POST /` the size of an uploaded file.
//!
//! This file is only the entry point: `route.rs` matches requests to routes, `visitor.rs`
//! formats the log line, and `error.rs` has the errors.

mod error;
mod problem;
mod route;
mod visitor;

use worker::{Context, Env, FormEntry, Request, Response, Result, console_log, event};

use error::Error;
use route::Route;

#[event(fetch)]
async fn fetch(request: Request, _env: Env, _context: Context) -> Result<Response> {
    let method = request.method().to_string();
    console_log!("{}", visitor::line(&method, &request.path(), request.cf()));
    let answer = match route::choose(&method, &request.path()) {
        Ok(Route::Greet) => Ok(Response::ok("Hello, World!\n")?),
        Ok(Route::Measure) => measure(request).await,
        Err(error) => Err(error),
    };
    answer.or_else(Error::into_response)
}

/// Returns the size in bytes of the form's `file` part.
async fn measure(mut request: Request) -> std::result::Result<Response, Error> {
    let form = request.form_data().await.map_err(Error::NotAForm)?;
    match form.get("file") {
        Some(FormEntry::File(file)) => Ok(Response::ok(format!("size = {}\n", file.size()))?),
        Some(FormEntry::Field(_)) => Err(Error::NotAFile),
        None => Err(Error::NoFile),
    }
}
