//! The jobs and their cron expressions. No Worker types here, so that `cargo test` can run it.

use chrono::TimeDelta;

/// A scheduled job. It works in periods, one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Job {
    /// Records the reading of each hour.
    Collect,
    /// Summarizes the readings of each day.
    Digest,
    /// Deletes the readings of old days.
    Sweep,
}

impl Job {
    /// All jobs with their cron expressions, in UTC, in the order of `crons` in `wrangler.toml`.
    pub const ALL: [(Self, &'static str); 3] = [
        (Self::Collect, "5 * * * *"),
        (Self::Digest, "20 0 * * *"),
        (Self::Sweep, "40 3 * * *"),
    ];

    /// Finds the job with a cron expression, which events spell exactly as in `wrangler.toml`.
    pub fn of(cron: &str) -> Option<Self> {
        let found = Self::ALL.into_iter().find(|(_, each)| *each == cron);
        found.map(|(job, _)| job)
    }

    /// The job's name in the log, in responses, and in the key of its checkpoint.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Collect => "collect",
            Self::Digest => "digest",
            Self::Sweep => "sweep",
        }
    }

    /// The length of a period of the job.
    pub const fn period(self) -> TimeDelta {
        match self {
            Self::Collect => TimeDelta::hours(1),
            Self::Digest | Self::Sweep => TimeDelta::days(1),
        }
    }

    /// The job that must have finished a period before this one may process it: a day is
    /// summarized once it is complete, and swept once it has been summarized.
    pub const fn follows(self) -> Option<Self> {
        match self {
            Self::Collect => None,
            Self::Digest => Some(Self::Collect),
            Self::Sweep => Some(Self::Digest),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cron_expressions_are_those_of_wrangler_toml() {
        let config = include_str!("../wrangler.toml");
        let (_, rest) = config.split_once("crons = [").unwrap();
        let (list, _) = rest.split_once(']').unwrap();
        let crons: Vec<_> = list.split('"').skip(1).step_by(2).collect();
        assert_eq!(crons, Job::ALL.map(|(_, cron)| cron));
    }

    #[test]
    fn a_cron_expression_finds_its_job() {
        for (job, cron) in Job::ALL {
            assert_eq!(Job::of(cron), Some(job));
        }
    }

    #[test]
    fn a_cron_expression_that_is_spelled_differently_finds_no_job() {
        for cron in ["", "5 * * *", "5  * * * *", "* * * * *"] {
            assert_eq!(Job::of(cron), None, "{cron}");
        }
    }
}
