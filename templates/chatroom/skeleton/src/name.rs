//! The names of people and rooms. No Worker types here.

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

// The messages in `error.rs` repeat these numbers.
const LONGEST: usize = 30;
const LONGEST_ROOM: usize = 40;

/// A name that can be displayed. Nothing verifies who uses it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Name(String);

impl Name {
    /// Accepts any script, as long as the name fits on one line.
    pub fn new(text: &str) -> Result<Self> {
        let fits = (1..=LONGEST).contains(&text.chars().count());
        let is_clean = text.trim() == text && !text.contains(char::is_control);
        let name = (fits && is_clean).then(|| Self(text.to_owned()));
        name.ok_or(Error::BadName)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Each room name is a separate object, so only one spelling of it is valid.
pub fn is_room(text: &str) -> bool {
    let is_plain = |byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
    (1..=LONGEST_ROOM).contains(&text.len()) && text.bytes().all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_measured_in_characters() {
        let longest = "é".repeat(30);
        assert_eq!(Name::new(&longest).unwrap().as_str(), longest);
        for text in ["", &"é".repeat(31)] {
            assert!(matches!(Name::new(text), Err(Error::BadName)));
        }
    }

    #[test]
    fn a_name_has_no_surrounding_space_and_no_control_character() {
        assert!(Name::new("Ann of Cleves").is_ok());
        for text in [" ann", "ann ", " ", "an\nn", "an\0n", "ann\u{85}"] {
            assert!(matches!(Name::new(text), Err(Error::BadName)));
        }
    }

    #[test]
    fn a_room_has_a_short_and_plain_name() {
        assert!(is_room("lobby-2") && is_room(&"a".repeat(40)));
        for text in ["", "Lobby", "l%20bby", "l.bby", &"a".repeat(41)] {
            assert!(!is_room(text));
        }
    }
}
