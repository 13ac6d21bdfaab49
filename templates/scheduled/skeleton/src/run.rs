//! A run of a job: finds the periods that are due, processes them, and records the outcome.

use chrono::DateTime;
use worker::{Env, console_log, console_warn};

use crate::bindings::Bindings;
use crate::checkpoint::Checkpoint;
use crate::digest::Digest;
use crate::error::Error;
use crate::job::Job;
use crate::logbook::Logbook;
use crate::plan::{self, Time};
use crate::tide;

/// Runs the job with a cron expression. `scheduled` is the time that the run was scheduled for, in
/// milliseconds since 1970.
pub async fn start(cron: &str, scheduled: f64, env: &Env) -> Result<(), Error> {
    let Some(job) = Job::of(cron) else {
        console_warn!("no job has the cron `{cron}`");
        return Ok(());
    };
    let scheduled = time(scheduled)?;
    let bindings = Bindings::new(env)?;
    let logbook = &bindings.logbook;
    let mut checkpoint = logbook.checkpoint(job).await?;
    let due = due(job, scheduled, &checkpoint, &bindings).await?;
    console_log!("{}: {} due at {scheduled}", job.name(), due.len());
    let Some(&first) = due.first() else {
        return Ok(());
    };
    // If the very first run fails, the next one must know where it began.
    let before_first = || first.checked_sub_signed(job.period());
    checkpoint.through = checkpoint.through.or_else(before_first);
    let worked = work(job, &due, &mut checkpoint, logbook).await;
    checkpoint.record(scheduled, worked.as_ref().err().map(Error::sentence));
    // Stored once, and last: KV allows one write per second to the same key, and a run that does
    // not get this far is repeated.
    let kept = logbook.keep_checkpoint(job, checkpoint).await;
    worked.and(kept)
}

/// Finds the periods that this run processes.
async fn due(
    job: Job,
    scheduled: Time,
    checkpoint: &Checkpoint,
    bindings: &Bindings,
) -> Result<Vec<Time>, Error> {
    let followed = match job.follows() {
        Some(other) => bindings.logbook.checkpoint(other).await?.through,
        None => None,
    };
    let latest = plan::latest(job, scheduled, bindings.keep_days, followed);
    let due = latest.map(|latest| plan::due(job, latest, checkpoint.through));
    Ok(due.unwrap_or_default())
}

/// Processes the periods in order, up to the first that fails. Processing one twice has the same
/// effect as processing it once.
async fn work(
    job: Job,
    due: &[Time],
    checkpoint: &mut Checkpoint,
    logbook: &Logbook,
) -> Result<(), Error> {
    for &period in due {
        let day = period.date_naive();
        match job {
            Job::Collect => logbook.keep_reading(period, &tide::read(period)?).await?,
            Job::Digest => {
                let digest = Digest::of(&logbook.readings(day).await?);
                logbook.keep_digest(day, &digest).await?;
            }
            Job::Sweep => logbook.delete_readings(day).await?,
        }
        checkpoint.through = Some(period);
    }
    Ok(())
}

/// Converts the time of an event. JavaScript's number is a floating-point one, but always whole.
#[expect(clippy::cast_possible_truncation)]
fn time(milliseconds: f64) -> worker::Result<Time> {
    let time = DateTime::from_timestamp_millis(milliseconds as i64);
    time.ok_or_else(|| "the event has a time that no calendar has".into())
}
