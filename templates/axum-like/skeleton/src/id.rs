//! The id of a note: the last part of its address, and its key in KV.

use serde::Serialize;

use crate::field_error::FieldError;

const RULE: &str = "must be 1 to 64 lower-case letters, digits and dashes";

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Id(String);

impl Id {
    /// Makes an id from the time and the last part of a random UUID. KV lists keys in
    /// alphabetical order, so these notes are listed in the order in which they were added.
    pub fn generate(milliseconds: u64, uuid: &str) -> Self {
        let random = uuid.rsplit('-').next().unwrap_or_default();
        Self(format!("{milliseconds:012x}-{random}"))
    }

    /// Validates an id that a client chose.
    pub fn parse(text: String) -> Result<Self, Vec<FieldError>> {
        FieldError::check([(begins_an_id(&text), "id", RULE)])?;
        Ok(Self(text))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether ids can begin with this text. Such a text is itself a valid id.
pub fn begins_an_id(text: &str) -> bool {
    let is_legal = |byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
    (1..=64).contains(&text.len()) && text.bytes().all(is_legal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_later_note_has_a_greater_id() {
        let early = Id::generate(1_700_000_000_000, "1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed");
        let late = Id::generate(1_700_000_000_001, "0c7f0b5e-0a6e-4f0c-8f0e-000000000000");
        assert_eq!(early.as_str(), "018bcfe56800-ab8dfbbd4bed");
        assert!(early < late);
        assert_eq!(Id::parse(late.as_str().into()).unwrap(), late);
    }

    #[test]
    fn an_id_is_short_and_has_only_plain_characters() {
        for id in ["", "A", "a b", "a/b", "é", &"a".repeat(65)] {
            assert_eq!(Id::parse(id.into()).unwrap_err()[0].field, "id", "{id}");
        }
    }
}
