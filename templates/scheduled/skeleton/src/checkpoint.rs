//! The checkpoint: what a job remembers from one run to the next. No Worker types here.

use serde::{Deserialize, Serialize};

use crate::plan::Time;

#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// The last period that is done, or the one before the first period to process.
    pub through: Option<Time>,
    /// The number of runs that had something to do.
    pub runs: u32,
    pub last_run: Option<Run>,
    /// Kept when later runs succeed, so that failures during the night remain visible.
    pub last_failure: Option<Run>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    pub scheduled: Time,
    /// "done", or why the run failed: a sentence that anyone may read. The cause is in the log.
    pub outcome: String,
}

impl Checkpoint {
    /// Records a run, and why it failed if it did.
    pub fn record(&mut self, scheduled: Time, failure: Option<&str>) {
        let outcome = failure.unwrap_or("done").to_owned();
        let run = Run { scheduled, outcome };
        self.runs = self.runs.saturating_add(1);
        let failed = failure.map(|_| run.clone());
        self.last_failure = failed.or(self.last_failure.take());
        self.last_run = Some(run);
    }
}

/// A checkpoint as stored in KV, with its version. To change the fields, keep the old ones in a
/// struct for version "1", add a variant "2", and convert old to new where `logbook.rs` reads it.
#[derive(Serialize, Deserialize)]
#[serde(tag = "version")]
pub enum Stored {
    #[serde(rename = "1")]
    One(Checkpoint),
}

#[cfg(test)]
mod tests {
    use super::*;

    const STORED: &str = concat!(
        r#"{"version":"1","through":"2026-11-17T05:00:00Z","runs":2,"#,
        r#""last_run":{"scheduled":"2026-11-17T05:05:00Z","outcome":"done"},"#,
        r#""last_failure":{"scheduled":"2026-11-17T04:05:00Z","outcome":"no luck"}}"#,
    );

    fn checkpoint() -> Checkpoint {
        let mut checkpoint = Checkpoint {
            through: Some("2026-11-17T05:00:00Z".parse().unwrap()),
            ..Checkpoint::default()
        };
        checkpoint.record("2026-11-17T04:05:00Z".parse().unwrap(), Some("no luck"));
        checkpoint.record("2026-11-17T05:05:00Z".parse().unwrap(), None);
        checkpoint
    }

    fn read(json: &str) -> serde_json::Result<Checkpoint> {
        serde_json::from_str(json).map(|Stored::One(checkpoint)| checkpoint)
    }

    #[test]
    fn it_is_stored_with_its_version() {
        let stored = Stored::One(checkpoint());
        assert_eq!(serde_json::to_string(&stored).unwrap(), STORED);
    }

    #[test]
    fn checkpoints_stored_earlier_can_still_be_read() {
        assert_eq!(read(STORED).unwrap(), checkpoint());
    }

    #[test]
    fn a_newer_version_is_refused() {
        let future = STORED.replace(r#""version":"1""#, r#""version":"2""#);
        let error = read(&future).unwrap_err().to_string();
        assert!(error.contains("unknown variant `2`"), "{error}");
    }
}
