//! An event, and its validation. No Worker types here, so that `cargo test` can run it.

use serde::{Deserialize, Serialize};

use crate::field_error::FieldError;

/// An event as it is queued and delivered.
#[derive(Debug, Serialize, Deserialize)]
pub struct Event {
    /// Stays the same when an event is delivered twice.
    pub id: String,
    pub kind: String,
    pub subject: String,
}

/// An event as it was sent.
#[derive(Debug, Deserialize)]
pub struct Draft {
    kind: String,
    subject: String,
}

const KIND: &str = "must be 1 to 64 lower-case letters, digits and dots";
const SUBJECT: &str = "must have 1 to 200 characters";

impl Event {
    /// Validates an event. The error lists every field that breaks its rule.
    pub fn new(id: String, draft: Draft) -> Result<Self, Vec<FieldError>> {
        let Draft { kind, subject } = draft;
        FieldError::check([
            (is_kind(&kind), "kind", KIND),
            (is_subject(&subject), "subject", SUBJECT),
        ])?;
        Ok(Self { id, kind, subject })
    }
}

fn is_kind(text: &str) -> bool {
    let is_allowed = |byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.');
    (1..=64).contains(&text.len()) && text.bytes().all(is_allowed)
}

fn is_subject(text: &str) -> bool {
    (1..=200).contains(&text.chars().count())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong_fields(kind: &str, subject: &str) -> Vec<&'static str> {
        let (kind, subject) = (kind.into(), subject.into());
        let event = Event::new("1".into(), Draft { kind, subject });
        let errors = event.err().unwrap_or_default();
        errors.iter().map(|error| error.field).collect()
    }

    #[test]
    fn an_event_has_a_kind_and_a_subject() {
        assert_eq!(wrong_fields("order.paid", "a-1"), [""; 0]);
        assert_eq!(wrong_fields(&"k".repeat(64), &"ü".repeat(200)), [""; 0]);
    }

    #[test]
    fn every_broken_rule_is_listed() {
        assert_eq!(wrong_fields("", ""), ["kind", "subject"]);
        assert_eq!(wrong_fields("Order Paid", "a-1"), ["kind"]);
        let (kind, subject) = ("k".repeat(65), "s".repeat(201));
        assert_eq!(wrong_fields(&kind, &subject), ["kind", "subject"]);
    }
}
