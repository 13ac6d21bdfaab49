//! A note, and the validation of its fields. No Worker types here, so that `cargo test` can run it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::field_error::FieldError;
use crate::id::Id;

const TITLE: &str = "must be text of 1 to 120 characters";
const TEXT: &str = "must be text of at most 10000 characters";

/// A note as returned to clients.
#[derive(Serialize)]
pub struct Note {
    pub id: Id,
    #[serde(flatten)]
    pub content: Content,
}

/// What clients send, and what KV stores under the note's id.
#[derive(Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Content {
    pub title: String,
    pub text: String,
}

impl Content {
    /// Takes the fields out of a JSON value. A value that is not an object has no fields.
    pub fn from_json(json: &Value) -> Result<Self, Vec<FieldError>> {
        // The title is also stored in the key's metadata, which may have 1,024 bytes.
        let title = text_of(&json["title"], 120).filter(|title| !title.trim().is_empty());
        let text = text_of(&json["text"], 10_000);
        FieldError::check([
            (title.is_some(), "title", TITLE),
            (text.is_some(), "text", TEXT),
        ])?;
        let (title, text) = (title.unwrap_or_default(), text.unwrap_or_default());
        Ok(Self { title, text })
    }
}

/// Returns a value if it is text and short enough.
fn text_of(value: &Value, longest: usize) -> Option<String> {
    let text = value.as_str()?;
    (text.chars().count() <= longest).then(|| text.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong_fields(json: &str) -> Vec<&'static str> {
        let content = Content::from_json(&serde_json::from_str(json).unwrap());
        let errors = content.err().unwrap_or_default();
        errors.iter().map(|error| error.field).collect()
    }

    #[test]
    fn a_title_and_a_text_are_enough() {
        let json = serde_json::from_str(r#"{"title": "Milk", "text": "", "more": 1}"#).unwrap();
        let content = Content::from_json(&json).unwrap();
        assert_eq!((&*content.title, &*content.text), ("Milk", ""));
    }

    #[test]
    fn all_invalid_fields_are_listed() {
        for (json, fields) in [
            (r#"{"title": 1}"#, &["title", "text"][..]),
            (r#"{"title": " ", "text": ""}"#, &["title"]),
            (r#"{"title": "Milk", "text": null}"#, &["text"]),
            (r#"["Milk", ""]"#, &["title", "text"]),
        ] {
            assert_eq!(wrong_fields(json), fields);
        }
    }

    #[test]
    fn lengths_are_counted_in_characters() {
        let with_title = |length| format!(r#"{{"title": "{}", "text": ""}}"#, "é".repeat(length));
        assert_eq!(wrong_fields(&with_title(120)), [""; 0]);
        assert_eq!(wrong_fields(&with_title(121)), ["title"]);
        let text = format!(r#"{{"title": "a", "text": "{}"}}"#, "é".repeat(10_001));
        assert_eq!(wrong_fields(&text), ["text"]);
    }
}
