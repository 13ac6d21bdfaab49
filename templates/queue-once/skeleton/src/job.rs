//! A job, which takes pieces of an item from the stock, and the record of its state.

use serde::{Deserialize, Serialize};

use crate::draft::Draft;

/// A job whose fields have been validated. It can only be made from a draft, whether it comes
/// over HTTP or from the queue, to which other workers may also send messages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Draft")]
pub struct Job {
    /// Requests with the same key are the same job.
    pub key: String,
    pub item: String,
    pub quantity: u32,
}

/// The ledger's record of a job.
#[derive(Debug, Serialize, Deserialize)]
pub struct Record {
    pub key: String,
    pub item: String,
    pub quantity: u32,
    pub state: JobState,
    pub attempts: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum JobState {
    Queued,
    Done,
    Failed,
}

impl Record {
    /// Whether this is the record of the given job, not of another one with the same key.
    pub fn is_of(&self, job: &Job) -> bool {
        (&self.item, self.quantity) == (&job.item, job.quantity)
    }
}

/// Whether this is a valid key or item name. Such a name needs no escaping in a path.
pub fn is_name(text: &str) -> bool {
    let is_legal = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    (1..=64).contains(&text.len()) && text.bytes().all(is_legal)
}

/// Whether a job may take this many pieces.
pub fn is_quantity(pieces: u32) -> bool {
    (1..=100).contains(&pieces)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_is_a_name() {
        assert!(is_name("2f1c8a52-9b0e-4d0e-8a53-0c7f4a1f5b11"));
    }

    #[test]
    fn a_name_is_neither_empty_nor_long() {
        assert!(!is_name(""));
        assert!(is_name(&"a".repeat(64)));
        assert!(!is_name(&"a".repeat(65)));
    }

    #[test]
    fn a_name_needs_no_escaping_in_a_path() {
        assert!(!is_name("two words"));
        assert!(!is_name("a/b"));
        assert!(!is_name("naïve"));
    }

    #[test]
    fn a_job_takes_at_least_one_piece() {
        assert!(!is_quantity(0));
        assert!(is_quantity(1));
        assert!(is_quantity(100));
        assert!(!is_quantity(101));
    }
}
