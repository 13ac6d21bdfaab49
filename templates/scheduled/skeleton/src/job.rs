//! The jobs, and the cron that starts each. No Worker types here, so that `cargo test`
//! runs it.

use chrono::TimeDelta;

/// What the worker does by the clock. A job works in periods, one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Job {
    /// Takes the reading of each hour.
    Collect,
    /// Sums up the readings of each day.
    Digest,
    /// Deletes the readings of each day that is old.
    Sweep,
}

impl Job {
    /// In the order in which `wrangler.toml` lists their crons.
    pub const ALL: [Self; 3] = [Self::Collect, Self::Digest, Self::Sweep];

    /// Finds the job of a cron, which an event names as `wrangler.toml` spells it.
    pub fn of(cron: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|job| job.cron() == cron)
    }

    /// When the job starts, in UTC.
    pub const fn cron(self) -> &'static str {
        match self {
            Self::Collect => "5 * * * *",
            Self::Digest => "20 0 * * *",
            Self::Sweep => "40 3 * * *",
        }
    }

    /// Names the job in the log, to a client, and in the key of its checkpoint.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Collect => "collect",
            Self::Digest => "digest",
            Self::Sweep => "sweep",
        }
    }

    /// How long a period of the job is.
    pub const fn period(self) -> TimeDelta {
        match self {
            Self::Collect => TimeDelta::hours(1),
            Self::Digest | Self::Sweep => TimeDelta::days(1),
        }
    }

    /// How far behind the clock the job works.
    pub fn lag(self, keep_days: u16) -> TimeDelta {
        match self {
            Self::Collect => TimeDelta::zero(),
            Self::Digest => TimeDelta::days(1),
            Self::Sweep => TimeDelta::days(keep_days.into()),
        }
    }

    /// The job that must be through a period before this one may work on it: a day is
    /// summed up when it is complete, and swept when it is summed up.
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
    fn the_crons_are_those_of_wrangler_toml() {
        let config = include_str!("../wrangler.toml");
        let (_, rest) = config.split_once("crons = [").unwrap();
        let (list, _) = rest.split_once(']').unwrap();
        let crons: Vec<_> = list.split('"').skip(1).step_by(2).collect();
        assert_eq!(crons, Job::ALL.map(Job::cron));
    }

    #[test]
    fn a_cron_finds_its_own_job() {
        for job in Job::ALL {
            assert_eq!(Job::of(job.cron()), Some(job));
        }
    }

    #[test]
    fn a_cron_that_is_spelt_differently_finds_no_job() {
        for cron in ["", "5 * * *", "5  * * * *", "* * * * *"] {
            assert_eq!(Job::of(cron), None, "{cron}");
        }
    }
}
