//! Decides which periods a run processes. No Worker types here, so that `cargo test` can run it.
//!
//! A period is identified by its start. A job remembers the last period it has finished, and a run
//! continues with the next. So the next run catches up on a missed one, and a run that comes twice
//! finds nothing left to do.

use std::iter::successors;

use chrono::{DateTime, Days, DurationRound, Utc};

use crate::job::Job;

pub type Time = DateTime<Utc>;

/// A run stops after this many periods, and the next run continues. A sweep of that many makes
/// about 600 KV operations; a run may make 1,000.
pub const MOST_PERIODS: usize = 24;

/// The last period that a run may process. It is `None` until the job that this one follows has a
/// checkpoint.
pub fn latest(job: Job, scheduled: Time, keep_days: u16, followed: Option<Time>) -> Option<Time> {
    let lag = match job {
        Job::Collect => 0,
        Job::Digest => 1,
        Job::Sweep => keep_days,
    };
    let period = scheduled.duration_trunc(job.period()).ok()?;
    let by_clock = period.checked_sub_days(Days::new(lag.into()))?;
    let Some(other) = job.follows() else {
        return Some(by_clock);
    };
    let end = followed?.checked_add_signed(other.period())?;
    let open = end.duration_trunc(job.period()).ok()?;
    let complete = open.checked_sub_signed(job.period())?;
    Some(by_clock.min(complete))
}

/// The periods that are due, oldest first. A job that has never run begins with the latest one.
pub fn due(job: Job, latest: Time, through: Option<Time>) -> Vec<Time> {
    let next = |time: Time| time.checked_add_signed(job.period());
    let first = through.map_or(Some(latest), next);
    successors(first, |time| next(*time))
        .take_while(|time| *time <= latest)
        .take(MOST_PERIODS)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Time {
        text.parse().unwrap()
    }

    #[test]
    fn a_job_that_has_never_run_begins_with_the_latest_period() {
        let now = at("2026-11-17T05:00:00Z");
        assert_eq!(due(Job::Collect, now, None), [now]);
    }

    #[test]
    fn a_run_that_comes_twice_or_late_finds_nothing_to_do() {
        let now = at("2026-11-17T05:00:00Z");
        let an_hour_ago = at("2026-11-17T04:00:00Z");
        assert!(due(Job::Collect, now, Some(now)).is_empty());
        assert!(due(Job::Collect, an_hour_ago, Some(now)).is_empty());
    }

    #[test]
    fn missed_periods_are_due_oldest_first() {
        let through = Some(at("2026-11-16T22:00:00Z"));
        let missed = ["2026-11-16T23:00:00Z", "2026-11-17T00:00:00Z"].map(at);
        assert_eq!(due(Job::Collect, missed[1], through), missed);
    }

    #[test]
    fn a_run_is_limited_to_a_number_of_periods() {
        let through = at("2026-11-01T00:00:00Z");
        let share = due(Job::Collect, at("2026-11-17T00:00:00Z"), Some(through));
        assert_eq!(share.len(), MOST_PERIODS);
        assert_eq!(share.first(), Some(&at("2026-11-01T01:00:00Z")));
    }

    #[test]
    fn a_day_is_summarized_once_its_last_hour_is_collected() {
        let latest = |collected| latest(Job::Digest, at("2026-11-17T00:20:00Z"), 30, collected);
        assert_eq!(latest(None), None);
        let before_last = latest(Some(at("2026-11-16T22:00:00Z")));
        assert_eq!(before_last, Some(at("2026-11-15T00:00:00Z")));
        let last = latest(Some(at("2026-11-16T23:00:00Z")));
        assert_eq!(last, Some(at("2026-11-16T00:00:00Z")));
    }

    #[test]
    fn today_is_not_summarized() {
        let collected = Some(at("2026-11-17T23:00:00Z"));
        let latest = latest(Job::Digest, at("2026-11-17T00:20:00Z"), 30, collected);
        assert_eq!(latest, Some(at("2026-11-16T00:00:00Z")));
    }

    #[test]
    fn a_day_is_swept_when_it_is_old_and_summarized() {
        let latest = |digested| latest(Job::Sweep, at("2026-11-17T03:40:00Z"), 7, Some(digested));
        let old = at("2026-11-10T00:00:00Z");
        assert_eq!(latest(at("2026-11-16T00:00:00Z")), Some(old));
        let behind = at("2026-11-09T00:00:00Z");
        assert_eq!(latest(behind), Some(behind));
    }

    #[test]
    fn a_time_before_1970_is_in_a_period_too() {
        let latest = latest(Job::Collect, at("1969-12-31T23:59:59Z"), 30, None);
        assert_eq!(latest, Some(at("1969-12-31T23:00:00Z")));
    }
}
