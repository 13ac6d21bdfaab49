//! The frames that a socket carries: JSON, distinguished by `kind`. No Worker types here, except
//! for the shared `Problem`.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::history::Message;
use crate::name::Name;
use crate::problem::Problem;

// The messages in `error.rs` repeat these numbers.
const LONGEST_TEXT: usize = 500;
/// In bytes: enough for the longest text, even with every character escaped.
const LONGEST_FRAME: usize = 8 * 1024;

/// What a client may send.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Wish {
    Say { text: String },
}

/// What a room sends.
#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Event<'a> {
    /// Always the first: who is here, including the new member, and the last messages.
    Welcome {
        names: BTreeSet<Name>,
        messages: Vec<Message>,
    },
    Joined {
        name: &'a Name,
    },
    Left {
        name: &'a Name,
    },
    Said(&'a Message),
    /// Sent only to the sender of an invalid frame.
    Refused(Problem),
}

impl Wish {
    pub fn read(frame: &str) -> Result<Self> {
        if frame.len() > LONGEST_FRAME {
            return Err(Error::LongFrame);
        }
        let wish = serde_json::from_str(frame).map_err(Error::Unreadable)?;
        let Self::Say { text } = &wish;
        let fits = text.chars().count() <= LONGEST_TEXT && !text.trim().is_empty();
        fits.then_some(wish).ok_or(Error::BadText)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn say(text: &str) -> Result<Wish> {
        let text = serde_json::to_string(text).unwrap();
        Wish::read(&format!(r#"{{"kind": "say", "text": {text}}}"#))
    }

    #[test]
    fn a_text_is_measured_in_characters() {
        let longest = "é".repeat(500);
        assert_eq!(say(&longest).unwrap(), Wish::Say { text: longest });
        assert!(matches!(say(&"é".repeat(501)), Err(Error::BadText)));
    }

    #[test]
    fn a_blank_text_is_refused() {
        for text in ["", " ", "\n\t\u{3000}"] {
            assert!(matches!(say(text), Err(Error::BadText)));
        }
    }

    #[test]
    fn the_longest_text_fits_into_a_frame_even_if_it_is_escaped() {
        let escaped = r"\ud83d\ude00".repeat(500);
        let wish = Wish::read(&format!(r#"{{"kind":"say","text":"{escaped}"}}"#));
        assert_eq!(
            wish.unwrap(),
            Wish::Say {
                text: "😀".repeat(500)
            }
        );
    }

    #[test]
    fn a_long_frame_is_refused_before_it_is_parsed() {
        let frame = "[".repeat(8 * 1024 + 1);
        assert!(matches!(Wish::read(&frame), Err(Error::LongFrame)));
    }

    #[test]
    fn anything_else_is_unreadable() {
        for frame in [
            "",
            "hello",
            "{}",
            "[]",
            r#"{"kind":"shout","text":"hi"}"#,
            r#"{"kind":"say"}"#,
        ] {
            assert!(matches!(Wish::read(frame), Err(Error::Unreadable(_))));
        }
    }
}
