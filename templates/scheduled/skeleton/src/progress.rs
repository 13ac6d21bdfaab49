//! The progress of each job, as returned to clients.

use serde::Serialize;

use crate::checkpoint::Checkpoint;
use crate::error::Error;
use crate::job::Job;
use crate::logbook::Logbook;

#[derive(Serialize)]
pub struct Progress {
    jobs: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    job: &'static str,
    cron: &'static str,
    checkpoint: Checkpoint,
}

/// Reads the checkpoints of all jobs.
pub async fn of_all(logbook: &Logbook) -> Result<Progress, Error> {
    let mut jobs = Vec::new();
    for job in Job::ALL {
        jobs.push(Row {
            job: job.name(),
            cron: job.cron(),
            checkpoint: logbook.checkpoint(job).await?,
        });
    }
    Ok(Progress { jobs })
}
