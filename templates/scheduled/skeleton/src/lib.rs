//! Keeps a logbook of the tide by three crons: a reading an hour, a digest a day, and a
//! sweep of what is old.
//!
//! - `GET /` answers how each job is doing
//! - `GET /digests/{day}` answers the digest of a day
//!
//! This file only wires: `job.rs` says which cron starts which job, `plan.rs` what is due,
//! and `run.rs` does it. Only a cron starts a job; no request does.

mod bindings;
mod checkpoint;
mod digest;
mod error;
mod job;
mod logbook;
mod plan;
mod problem;
mod progress;
mod route;
mod run;
mod tide;

use worker::{Context, Env, Request, Response, Result, ScheduleContext, ScheduledEvent, event};

use bindings::Bindings;
use error::Error;
use route::Route;

#[event(fetch)]
async fn fetch(request: Request, env: Env, _context: Context) -> Result<Response> {
    answer(&request, &env).await.or_else(Error::into_response)
}

#[event(scheduled)]
async fn scheduled(event: ScheduledEvent, env: Env, _context: ScheduleContext) {
    let run = run::start(&event.cron(), event.schedule(), &env).await;
    run.unwrap_or_else(Error::into_failed_run);
}

async fn answer(request: &Request, env: &Env) -> std::result::Result<Response, Error> {
    let route = route::choose(request.method().as_ref(), &request.path())?;
    let logbook = Bindings::new(env)?.logbook;
    Ok(match route {
        Route::Progress => Response::from_json(&progress::of_all(&logbook).await?)?,
        Route::Digest(day) => {
            let digest = logbook.digest(day).await?;
            Response::from_json(&digest.ok_or(Error::NoDigest)?)?
        }
    })
}
