//! The types of the variables in `wrangler.toml`, and what makes them valid.

use serde::{Deserialize, Serialize};
use worker::Result;

const RULE: &str = "needs notice_bytes from 1 to 100000, and keep_seconds from 60 to 31536000";

/// Whether the board accepts notices.
#[derive(Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Posting {
    Open,
    Closed,
}

impl Posting {
    /// Parses a plain variable, which the worker crate can read only as text.
    pub fn parse(word: String) -> Result<Self> {
        let posting = serde_json::from_value(word.into());
        posting.map_err(|_| "must be open or closed".into())
    }
}

/// How large notices may be, and how long they are kept.
#[derive(Debug, Deserialize, Serialize)]
pub struct Limits {
    pub notice_bytes: usize,
    pub keep_seconds: u64,
}

impl Limits {
    /// Checks a table, whose values have their types already. An expiry is from a minute, the
    /// shortest that KV takes, to a year.
    pub fn check(self) -> Result<Self> {
        let has_size = (1..=100_000).contains(&self.notice_bytes);
        let has_expiry = (60..=31_536_000).contains(&self.keep_seconds);
        (has_size && has_expiry).then_some(self).ok_or(RULE.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn posting_is_one_of_two_words() {
        assert_eq!(Posting::parse("open".into()).unwrap(), Posting::Open);
        assert_eq!(Posting::parse("closed".into()).unwrap(), Posting::Closed);
        for word in ["", "Open", "true"] {
            let refused = Posting::parse(word.into()).unwrap_err().to_string();
            assert_eq!(refused, "must be open or closed");
        }
    }

    #[test]
    fn limits_are_within_their_ranges() {
        let check = |notice_bytes, keep_seconds| {
            let limits = Limits {
                notice_bytes,
                keep_seconds,
            };
            limits.check().is_ok()
        };
        assert!(check(1, 60) && check(100_000, 31_536_000));
        for (bytes, seconds) in [(0, 60), (100_001, 60), (1, 59), (1, 31_536_001)] {
            assert!(!check(bytes, seconds));
        }
    }
}
