//! A note, and the validation of its fields. No Worker types here, so that `cargo test` can run it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::FieldError;
use crate::id::Id;

/// The title is also stored in the key's metadata, which may have 1,024 bytes.
const LONGEST_TITLE: usize = 120;
const TITLE: FieldError = FieldError::new("title", "must be text of 1 to 120 characters");

const LONGEST_TEXT: usize = 10_000;
const TEXT: FieldError = FieldError::new("text", "must be text of at most 10000 characters");

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
    /// Takes the fields out of a JSON value. The error lists all invalid ones.
    pub fn from_json(mut json: Value) -> Result<Self, Vec<FieldError>> {
        let title = text_of(&mut json, TITLE.field, LONGEST_TITLE)
            .filter(|title| !title.trim().is_empty())
            .ok_or(TITLE);
        let text = text_of(&mut json, TEXT.field, LONGEST_TEXT).ok_or(TEXT);
        match (title, text) {
            (Ok(title), Ok(text)) => Ok(Self { title, text }),
            (title, text) => Err(title.err().into_iter().chain(text.err()).collect()),
        }
    }
}

/// Takes a field if it is text and short enough. A value that is not an object has no fields.
fn text_of(json: &mut Value, field: &str, longest: usize) -> Option<String> {
    match json.get_mut(field)?.take() {
        Value::String(text) if text.chars().count() <= longest => Some(text),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(json: &str) -> Result<Content, Vec<FieldError>> {
        Content::from_json(serde_json::from_str(json).unwrap())
    }

    #[test]
    fn a_title_and_a_text_are_enough() {
        let content = check(r#"{"title": "Milk", "text": "", "more": 1}"#).unwrap();
        assert_eq!(
            (content.title.as_str(), content.text.as_str()),
            ("Milk", "")
        );
    }

    #[test]
    fn all_invalid_fields_are_listed() {
        assert_eq!(check(r#"{"title": 1}"#), Err(vec![TITLE, TEXT]));
        assert_eq!(check(r#"{"title": " ", "text": ""}"#), Err(vec![TITLE]));
        assert_eq!(check(r#"{"title": "Milk", "text": null}"#), Err(vec![TEXT]));
        assert_eq!(check(r#"["Milk", ""]"#), Err(vec![TITLE, TEXT]));
    }

    #[test]
    fn the_messages_name_the_actual_limits() {
        assert!(TITLE.message.contains(&LONGEST_TITLE.to_string()));
        assert!(TEXT.message.contains(&LONGEST_TEXT.to_string()));
    }

    #[test]
    fn lengths_are_counted_in_characters() {
        let with_title = |length| format!(r#"{{"title": "{}", "text": ""}}"#, "é".repeat(length));
        assert!(check(&with_title(120)).is_ok());
        assert_eq!(check(&with_title(121)), Err(vec![TITLE]));
    }
}
