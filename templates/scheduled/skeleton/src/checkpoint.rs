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
    pub last_failure: Option<Failure>,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    pub scheduled: Time,
    pub outcome: Outcome,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    Done,
    Failed,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    pub scheduled: Time,
    /// A sentence that anyone may read. The cause is in the log.
    pub reason: String,
}

impl Checkpoint {
    /// Records a run and its outcome: `reason` is why it failed, if it did.
    pub fn record(&mut self, scheduled: Time, reason: Option<&str>) {
        self.runs = self.runs.saturating_add(1);
        let outcome = match reason {
            Some(_) => Outcome::Failed,
            None => Outcome::Done,
        };
        self.last_run = Some(Run { scheduled, outcome });
        if let Some(reason) = reason.map(str::to_owned) {
            self.last_failure = Some(Failure { scheduled, reason });
        }
    }
}

/// A checkpoint as stored in KV, with its version. To change the fields, keep the old ones in a
/// struct for version "1", add a variant "2", and convert old to new in `Checkpoint::from`.
#[derive(Serialize, Deserialize)]
#[serde(tag = "version")]
pub enum Stored {
    #[serde(rename = "1")]
    One(Checkpoint),
}

impl From<Checkpoint> for Stored {
    fn from(checkpoint: Checkpoint) -> Self {
        Self::One(checkpoint)
    }
}

impl From<Stored> for Checkpoint {
    fn from(stored: Stored) -> Self {
        let Stored::One(checkpoint) = stored;
        checkpoint
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STORED: &str = concat!(
        r#"{"version":"1","through":"2026-11-17T05:00:00Z","runs":2,"#,
        r#""last_run":{"scheduled":"2026-11-17T05:05:00Z","outcome":"done"},"#,
        r#""last_failure":{"scheduled":"2026-11-17T04:05:00Z","reason":"no luck"}}"#,
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
        serde_json::from_str(json).map(|stored: Stored| stored.into())
    }

    #[test]
    fn it_is_stored_with_its_version() {
        let stored = Stored::from(checkpoint());
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
