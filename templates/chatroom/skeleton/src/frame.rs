//! The frames that a socket carries: JSON, distinguished by `kind`. No Worker types here, except
//! for the shared `Problem`.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::history::Message;
use crate::name::Name;
use crate::problem::Problem;

/// What a client may send.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Wish {
    Say { text: String },
}

/// What a room sends. `Welcome` is always the first, and `Refused` goes only to the sender of an
/// invalid frame.
#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Event<'a> {
    Welcome(Welcome),
    Joined { name: &'a Name },
    Left { name: &'a Name },
    Said(&'a Message),
    Refused(Problem),
}

/// Who is here, including the new member, and the last messages.
#[derive(Serialize)]
pub struct Welcome {
    pub names: BTreeSet<Name>,
    pub messages: Vec<Message>,
}

impl Wish {
    pub fn read(frame: &str) -> Result<Self> {
        // Enough for the longest text, even with every character escaped.
        if frame.len() > 8 * 1024 {
            return Err(Error::LongFrame);
        }
        let wish = serde_json::from_str(frame).map_err(|_| Error::Unreadable)?;
        let Self::Say { text } = &wish;
        let fits = text.chars().count() <= 500 && !text.trim().is_empty();
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
            assert!(matches!(Wish::read(frame), Err(Error::Unreadable)));
        }
    }
}
