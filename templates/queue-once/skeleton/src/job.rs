//! A job, which takes pieces of an item from the stock, and the record of its state.

use serde::{Deserialize, Serialize};

use crate::draft::Draft;
use crate::field_error::FieldError;

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

impl Job {
    /// Makes a job of a draft. The error lists every field that breaks its rule.
    pub fn new(draft: Draft) -> Result<Self, Vec<FieldError>> {
        let (key, item, quantity) = draft.into_fields()?;
        Ok(Self {
            key,
            item,
            quantity,
        })
    }
}

/// For a message from the queue, whose errors are only logged.
impl TryFrom<Draft> for Job {
    type Error = String;

    fn try_from(draft: Draft) -> Result<Self, String> {
        let sentence = |error: &FieldError| format!("`{}` {}", error.field, error.message);
        let job = Self::new(draft);
        job.map_err(|errors| errors.iter().map(sentence).collect::<Vec<_>>().join(", "))
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_of_a_message_is_a_sentence() {
        let job = serde_json::from_str::<Job>(r#"{"key": "a", "item": "", "quantity": 1}"#);
        let sentence = "`item` must be 1 to 64 letters, digits, dashes or underscores";
        assert_eq!(job.unwrap_err().to_string(), sentence);
    }
}
