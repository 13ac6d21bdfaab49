//! A run of a job: finds the periods that are due, processes them, and records the outcome.

use chrono::{DateTime, Timelike};
use worker::{Env, console_log, console_warn};

use crate::bindings::Bindings;
use crate::error::Result;
use crate::job::Job;
use crate::logbook::{Logbook, digest_key, reading_key};
use crate::plan::{self, Time};
use crate::tide::{self, Digest};

/// Runs the job with a cron expression. `scheduled` is the time that the run was scheduled for, in
/// milliseconds since 1970.
pub async fn start(cron: &str, scheduled: f64, env: &Env) -> Result<()> {
    let Some(job) = Job::of(cron) else {
        console_warn!("no job has the cron `{cron}`");
        return Ok(());
    };
    // JavaScript's number is a floating-point one, but always whole.
    #[expect(clippy::cast_possible_truncation)]
    let scheduled = DateTime::from_timestamp_millis(scheduled as i64);
    let scheduled = scheduled.ok_or("the event has a time that no calendar has")?;
    let bindings = Bindings::new(env)?;
    let logbook = bindings.logbook;
    let mut checkpoint = logbook.checkpoint(job).await?;
    let followed = match job.follows() {
        Some(other) => logbook.checkpoint(other).await?.through,
        None => None,
    };
    let latest = plan::latest(job, scheduled, bindings.keep_days, followed);
    let due = latest.map_or_else(Vec::new, |last| plan::due(job, last, checkpoint.through));
    console_log!("{}: {} due at {scheduled}", job.name(), due.len());
    let Some(&first) = due.first() else {
        return Ok(());
    };
    // If the very first run fails, the next one must know where it began.
    let before_first = || first.checked_sub_signed(job.period());
    checkpoint.through = checkpoint.through.or_else(before_first);
    let worked = async {
        for period in due {
            work(job, period, &logbook).await?;
            checkpoint.through = Some(period);
        }
        Ok(())
    };
    let worked: Result<()> = worked.await;
    let failure = worked.as_ref().err().map(|error| error.answer().1);
    checkpoint.record(scheduled, failure);
    // Stored once, and last: KV allows one write per second to the same key, and a run that does
    // not get this far is repeated.
    let kept = logbook.keep_checkpoint(job, checkpoint).await;
    worked.and(kept)
}

/// Processes a period. Doing so twice has the same effect as doing it once.
async fn work(job: Job, period: Time, logbook: &Logbook) -> Result<()> {
    let day = period.date_naive();
    match job {
        Job::Collect => {
            let key = reading_key(day, period.hour());
            logbook.put(&key, &tide::read(period)?).await
        }
        Job::Digest => {
            let digest = Digest::of(&logbook.readings(day).await?);
            logbook.put(&digest_key(day), &digest).await
        }
        Job::Sweep => logbook.delete_readings(day).await,
    }
}
