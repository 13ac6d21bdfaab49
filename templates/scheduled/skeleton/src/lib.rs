//! Keeps a logbook of the tide with three cron triggers: an hourly reading, a daily digest, and a
//! daily sweep of old readings.
//!
//! - `GET /` returns the progress of each job
//! - `GET /digests/{day}` returns the digest of a day
//!
//! This file is only the entry point: `job.rs` maps cron expressions to jobs, `plan.rs` decides
//! which periods are due, and `run.rs` processes them. Only cron triggers start jobs, never
//! requests.

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
