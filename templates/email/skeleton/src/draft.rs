//! A message of the contact form, and the validation of its fields. No Worker types here.

use serde::Deserialize;

use crate::field_error::FieldError;

// The messages below repeat these numbers.
const LONGEST_ADDRESS: usize = 254;
const LONGEST_SUBJECT: usize = 120;
const LONGEST_TEXT: usize = 4_000;
const ADDRESS: &str = "must be an e-mail address such as ada@example.com";
const SUBJECT: &str = "must be one line of 1 to 120 characters";
const TEXT: &str = "must have 1 to 4000 characters";

/// A message as sent by clients.
#[derive(Deserialize)]
pub struct Draft {
    pub from: String,
    pub subject: String,
    pub text: String,
}

impl Draft {
    /// Returns all fields that are not valid, if any.
    pub fn check(&self) -> Result<(), Vec<FieldError>> {
        let length = self.text.trim().chars().count();
        FieldError::check([
            (is_address(&self.from), "from", ADDRESS),
            (is_line(&self.subject), "subject", SUBJECT),
            ((1..=LONGEST_TEXT).contains(&length), "text", TEXT),
        ])
    }
}

/// Accepts what a mail server may take. Only sending to an address shows whether it exists.
fn is_address(text: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_graphic() && !"<>()[],;:\\\"".contains(c);
    let parts: Vec<&str> = text.split('@').collect();
    let is_host = |host: &str| host.contains('.') && !host.split('.').any(str::is_empty);
    matches!(parts.as_slice(), [user, host] if !user.is_empty() && is_host(host))
        && text.len() <= LONGEST_ADDRESS
        && text.chars().all(is_plain)
}

/// A line break in a header would begin another header.
fn is_line(text: &str) -> bool {
    (1..=LONGEST_SUBJECT).contains(&text.trim().chars().count())
        && !text.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong_fields(from: &str, subject: &str, text: &str) -> Vec<&'static str> {
        let draft = Draft {
            from: from.into(),
            subject: subject.into(),
            text: text.into(),
        };
        let errors = draft.check().err().unwrap_or_default();
        errors.iter().map(|error| error.field).collect()
    }

    #[test]
    fn a_message_with_an_address_a_subject_and_a_text_is_valid() {
        let found = wrong_fields("ada@example.com", "Tee", "Two\nlines");
        assert_eq!(found, [""; 0]);
        assert_eq!(
            wrong_fields("a+b@mail.example.com", &"é".repeat(120), &"é".repeat(4_000)),
            [""; 0]
        );
    }

    #[test]
    fn every_invalid_field_is_listed() {
        assert_eq!(wrong_fields("", " ", "\n"), ["from", "subject", "text"]);
        assert_eq!(
            wrong_fields("ada@example.com", &"é".repeat(121), &"é".repeat(4_001)),
            ["subject", "text"]
        );
    }

    #[test]
    fn an_address_is_exactly_one() {
        for from in [
            "ada",
            "@example.com",
            "ada@example",
            "ada@example.",
            "ada@.example",
            "ada@a..example",
            "a@b.c, d@e.f",
            "<a@b.c>",
            "a@b.c\r\nBcc: d@e.f",
            "a b@c.d",
        ] {
            assert_eq!(wrong_fields(from, "Tea", "Hot"), ["from"], "{from}");
        }
    }

    #[test]
    fn a_subject_cannot_begin_another_header() {
        for subject in ["Tea\r\nBcc: d@e.f", "Tea\n", "Tea\u{85}"] {
            assert_eq!(wrong_fields("a@b.c", subject, "Hot"), ["subject"]);
        }
    }
}
