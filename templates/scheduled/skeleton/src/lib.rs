//! Keeps a logbook of the tide with three cron triggers: an hourly reading, a daily digest, and a
//! daily sweep of old readings.
//!
//! - `GET /` returns the progress of each job
//! - `GET /digests/{day}` returns the digest of a day
//!
//! This file is only the entry point: `job.rs` lists the jobs, `plan.rs` decides which periods are due,
//! and `run_cron.rs` processes them. Only cron triggers start jobs, never requests.

mod bindings;
mod checkpoint;
mod error;
mod job;
mod logbook;
mod plan;
mod problem;
mod run_cron;
mod tide;

use serde_json::json;
use worker::{Context, Env, Request, Response, ScheduleContext, ScheduledEvent, event};

use bindings::Bindings;
use error::{Error, Result};
use job::Job;
use logbook::{Logbook, digest_key};
use tide::Digest;

#[event(fetch)]
async fn fetch(request: Request, env: Env, _context: Context) -> worker::Result<Response> {
    answer(&request, &env).await.or_else(Error::into_response)
}

#[event(scheduled)]
async fn scheduled(event: ScheduledEvent, env: Env, _context: ScheduleContext) {
    let run = run_cron::start(&event.cron(), event.schedule(), &env).await;
    run.unwrap_or_else(Error::into_failed_run);
}

/// Picks the response. A `HEAD` is handled as a `GET`; the runtime drops the body.
async fn answer(request: &Request, env: &Env) -> Result<Response> {
    let (method, path) = (request.method(), request.path());
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    let logbook = Bindings::new(env)?.logbook;
    match (method.as_ref(), segments.as_slice()) {
        ("GET" | "HEAD", [""]) => progress(&logbook).await,
        ("GET" | "HEAD", ["digests", day]) => {
            let key = digest_key(day.parse().map_err(|_| Error::NotFound)?);
            let digest: Option<Digest> = logbook.get(&key).await?;
            Ok(Response::from_json(&digest.ok_or(Error::NoDigest)?)?)
        }
        (_, [""] | ["digests", _]) => Err(Error::MethodNotAllowed("GET, HEAD")),
        _ => Err(Error::NotFound),
    }
}

/// Returns the checkpoints of all jobs.
async fn progress(logbook: &Logbook) -> Result<Response> {
    let mut jobs = Vec::new();
    for (job, cron) in Job::ALL {
        let checkpoint = logbook.checkpoint(job).await?;
        jobs.push(json!({ "job": job.name(), "cron": cron, "checkpoint": checkpoint }));
    }
    Ok(Response::from_json(&json!({ "jobs": jobs }))?)
}
