//! An entry of the guest book, and its validation. The form in the browser and the worker apply
//! the same rules.

use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use crate::error::{Error, Result};

pub const LONGEST_NAME: usize = 40;
pub const LONGEST_MESSAGE: usize = 200;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub name: String,
    pub message: String,
}

/// The form's attributes state the same rules to the browser, but only the worker can enforce
/// them.
#[cfg(feature = "ssr")]
impl Entry {
    /// Validates the fields of a form.
    pub fn new(name: &str, message: &str) -> Result<Self> {
        let name = name.trim().to_string();
        // A form sent without scripts has CRLF line ends, which `maxlength` counts as one.
        let message = message.trim().replace("\r\n", "\n");
        if name.is_empty() {
            return Err(Error::NoName);
        }
        if message.is_empty() {
            return Err(Error::NoMessage);
        }
        if length(&name) > LONGEST_NAME {
            return Err(Error::LongName);
        }
        if length(&message) > LONGEST_MESSAGE {
            return Err(Error::LongMessage);
        }
        Ok(Self { name, message })
    }
}

/// How many characters are left for a message.
pub fn room(message: &str) -> usize {
    LONGEST_MESSAGE.saturating_sub(length(message))
}

/// Counts as `maxlength` does in the browser, where an emoji counts as two.
fn length(text: &str) -> usize {
    text.encode_utf16().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn surrounding_space_is_removed_from_an_entry() {
        let entry = Entry::new(" Ada ", "\nHello\n").unwrap();
        assert_eq!(
            (entry.name.as_str(), entry.message.as_str()),
            ("Ada", "Hello")
        );
    }

    #[test]
    fn an_entry_has_a_name_and_a_message() {
        assert_eq!(Entry::new(" ", "Hello"), Err(Error::NoName));
        assert_eq!(Entry::new("Ada", "\r\n"), Err(Error::NoMessage));
    }

    #[test]
    fn an_entry_is_as_long_as_the_form_allows_and_no_longer() {
        let (name, message) = ("n".repeat(40), "m".repeat(200));
        assert!(Entry::new(&name, &message).is_ok());
        assert_eq!(
            Entry::new(&format!("{name}n"), &message),
            Err(Error::LongName)
        );
        assert_eq!(
            Entry::new(&name, &format!("{message}m")),
            Err(Error::LongMessage)
        );
    }

    #[test]
    fn the_end_of_a_line_counts_once() {
        let message = "1234\r\n".repeat(39) + "12345";
        assert_eq!(room(&Entry::new("Ada", &message).unwrap().message), 0);
    }

    #[test]
    fn an_emoji_counts_twice_as_in_the_browser() {
        assert_eq!(room("🙂"), LONGEST_MESSAGE - 2);
        assert_eq!(room(&"m".repeat(300)), 0);
    }
}
