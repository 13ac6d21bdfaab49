//! The names of people and rooms. No Worker types here, but for a parser of query strings.

use serde::{Deserialize, Serialize};
use worker::url::form_urlencoded;

use crate::error::{Error, Result};

/// A name that can be displayed. Nothing verifies who uses it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Name(String);

impl Name {
    /// Accepts any script, as long as the name fits on one line.
    pub fn new(text: &str) -> Result<Self> {
        let fits = (1..=30).contains(&text.chars().count());
        let is_clean = text.trim() == text && !text.contains(char::is_control);
        let name = (fits && is_clean).then(|| Self(text.to_owned()));
        name.ok_or(Error::BadName)
    }

    /// Reads the name from an address. A web page cannot set headers on a WebSocket, so the name
    /// is in the query string. `request.url()` would parse all of the address, with Unicode
    /// tables that nearly double the worker's size.
    pub fn from_url(url: &str) -> Result<Self> {
        let query = url.split_once('?').map_or("", |(_, query)| query);
        let mut pairs = form_urlencoded::parse(query.as_bytes());
        let given = pairs.find(|(key, _)| key == "name");
        Self::new(&given.ok_or(Error::BadName)?.1)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Checks the name of a room. Each is a separate object, so only one spelling of it is valid.
pub fn check_room(text: &str) -> Result<&str> {
    let is_plain = |byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
    let is_room = (1..=40).contains(&text.len()) && text.bytes().all(is_plain);
    is_room.then_some(text).ok_or(Error::BadRoom)
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
    fn a_name_is_read_from_the_query_string() {
        let name = Name::from_url("https://a.example/?x=1&name=J%C3%B6rg+K.").unwrap();
        assert_eq!(name.as_str(), "Jörg K.");
        for url in ["https://a.example", "https://a.example/?nick=ann"] {
            assert!(matches!(Name::from_url(url), Err(Error::BadName)));
        }
    }

    #[test]
    fn a_room_has_a_short_and_plain_name() {
        assert!(check_room("lobby-2").is_ok() && check_room(&"a".repeat(40)).is_ok());
        for text in ["", "Lobby", "l%20bby", "l.bby", &"a".repeat(41)] {
            assert!(matches!(check_room(text), Err(Error::BadRoom)));
        }
    }
}
