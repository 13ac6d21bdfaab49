//! An event, and its validation. No Worker types here, so that `cargo test` can run it.

use serde::{Deserialize, Serialize};

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

/// A field that breaks a rule.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct FieldError {
    field: &'static str,
    message: &'static str,
}

const KIND: FieldError = FieldError {
    field: "kind",
    message: "must be 1 to 64 lower-case letters, digits and dots",
};
const SUBJECT: FieldError = FieldError {
    field: "subject",
    message: "must have 1 to 200 characters",
};

impl Event {
    /// Validates an event. The error lists every field that breaks its rule.
    pub fn new(id: String, draft: Draft) -> Result<Self, Vec<FieldError>> {
        let Draft { kind, subject } = draft;
        let checks = [(is_kind(&kind), KIND), (is_subject(&subject), SUBJECT)];
        let broken = checks.into_iter().filter(|(is_valid, _)| !is_valid);
        let errors: Vec<_> = broken.map(|(_, error)| error).collect();
        if errors.is_empty() {
            Ok(Self { id, kind, subject })
        } else {
            Err(errors)
        }
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

    fn errors(kind: &str, subject: &str) -> Vec<FieldError> {
        let (kind, subject) = (kind.into(), subject.into());
        let event = Event::new("1".into(), Draft { kind, subject });
        event.err().unwrap_or_default()
    }

    #[test]
    fn an_event_has_a_kind_and_a_subject() {
        assert_eq!(errors("order.paid", "a-1"), []);
        assert_eq!(errors(&"k".repeat(64), &"ü".repeat(200)), []);
    }

    #[test]
    fn every_broken_rule_is_listed() {
        assert_eq!(errors("", ""), [KIND, SUBJECT]);
        assert_eq!(errors("Order Paid", "a-1"), [KIND]);
        assert_eq!(errors(&"k".repeat(65), &"s".repeat(201)), [KIND, SUBJECT]);
    }
}
