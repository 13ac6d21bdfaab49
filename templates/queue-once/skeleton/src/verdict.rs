//! Decides what to do with a message after an attempt. No Worker types here, so that
//! `cargo test` can run it.

/// How an attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The job is done, by this delivery or an earlier one.
    Settled,
    /// Another message with the same key has claimed the job.
    HeldByAnother,
    /// The job could not be done this time. `attempts` includes this one.
    Refused { attempts: u32 },
    /// The message does not hold a valid job.
    Unreadable,
    /// The ledger did not respond, so the state of the job is unknown.
    Unknown,
}

/// What to do with a message. Each message gets exactly one verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Acknowledge,
    Retry { seconds: u32 },
    GiveUp,
}

/// The limits on retries.
pub struct Policy {
    pub max_attempts: u32,
    pub base_seconds: u32,
}

/// No pause is longer than ten minutes.
const LONGEST_PAUSE: u32 = 600;

impl Policy {
    /// Whether a job may be run that has been claimed this often.
    pub fn allows(&self, attempts: u32) -> bool {
        attempts <= self.max_attempts
    }

    /// Decides what to do with the message.
    pub fn decide(&self, outcome: Outcome) -> Verdict {
        match outcome {
            // The other message takes care of the job. If that one is lost, the client can send
            // the key again once the claim has expired.
            Outcome::Settled | Outcome::HeldByAnother => Verdict::Acknowledge,
            Outcome::Refused { attempts } if attempts < self.max_attempts => {
                let seconds = self.pause(attempts);
                Verdict::Retry { seconds }
            }
            Outcome::Refused { .. } | Outcome::Unreadable => Verdict::GiveUp,
            // The ledger is down, so the pause is the longest one. Attempts that do not reach
            // the ledger are only counted by `max_retries` in wrangler.toml.
            Outcome::Unknown => Verdict::Retry {
                seconds: self.pause(self.max_attempts),
            },
        }
    }

    /// The pause after the given number of attempts, in seconds: it doubles up to a limit.
    fn pause(&self, attempts: u32) -> u32 {
        let factor = 2_u32.saturating_pow(attempts.saturating_sub(1));
        self.base_seconds.saturating_mul(factor).min(LONGEST_PAUSE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: Policy = Policy {
        max_attempts: 3,
        base_seconds: 10,
    };

    fn refused(attempts: u32) -> Verdict {
        POLICY.decide(Outcome::Refused { attempts })
    }

    #[test]
    fn the_pause_doubles_with_each_attempt() {
        let pauses = [1, 2, 3].map(|attempts| POLICY.pause(attempts));
        assert_eq!(pauses, [10, 20, 40]);
    }

    #[test]
    fn the_pause_stops_growing() {
        assert_eq!(POLICY.pause(7), LONGEST_PAUSE);
        assert_eq!(POLICY.pause(u32::MAX), LONGEST_PAUSE);
    }

    #[test]
    fn a_refused_job_is_given_up_after_its_last_attempt() {
        assert_eq!(refused(2), Verdict::Retry { seconds: 20 });
        assert_eq!(refused(3), Verdict::GiveUp);
    }

    #[test]
    fn a_job_that_crashed_in_its_last_attempt_is_not_run_again() {
        assert!(POLICY.allows(3));
        assert!(!POLICY.allows(4));
        assert_eq!(refused(4), Verdict::GiveUp);
    }

    #[test]
    fn a_settled_job_and_a_duplicate_are_acknowledged() {
        assert_eq!(POLICY.decide(Outcome::Settled), Verdict::Acknowledge);
        assert_eq!(POLICY.decide(Outcome::HeldByAnother), Verdict::Acknowledge);
    }

    #[test]
    fn a_message_is_retried_after_an_outage_but_not_if_it_is_unreadable() {
        let seconds = 40;
        assert_eq!(POLICY.decide(Outcome::Unknown), Verdict::Retry { seconds });
        assert_eq!(POLICY.decide(Outcome::Unreadable), Verdict::GiveUp);
    }
}
