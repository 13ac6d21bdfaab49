//! Keys in paths, and parameters in query strings. No Worker types here.

use percent_encoding::percent_decode_str;
use worker::url::form_urlencoded;

use crate::error::{Error, Result};

/// In bytes. The limit of R2.
const LONGEST_KEY: usize = 1024;

/// Decodes a key. It may contain slashes, so it is the rest of the path.
pub fn key_of(segments: &[&str]) -> Result<String> {
    let path = segments.join("/");
    let key = percent_decode_str(&path).decode_utf8();
    let key = key.map_err(|_| Error::BadKey)?.into_owned();
    let is_legal = (1..=LONGEST_KEY).contains(&key.len());
    is_legal.then_some(key).ok_or(Error::BadKey)
}

/// Returns the first value of a parameter in the query string of an address.
pub fn parameter(url: &str, name: &str) -> Option<String> {
    let (_, query) = url.split_once('?')?;
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    let (_, value) = pairs.find(|(found, _)| found == name)?;
    Some(value.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_the_decoded_rest_of_the_path() {
        assert_eq!(
            key_of(&["a", "b%20c%2Fd", "cr%C3%A8me+"]).unwrap(),
            "a/b c/d/crème+"
        );
    }

    #[test]
    fn a_key_has_1_to_1024_bytes_of_utf_8() {
        let longest = "a".repeat(LONGEST_KEY);
        assert_eq!(key_of(&[&longest]).unwrap(), longest);
        for path in ["", "%FF", &format!("{longest}a")] {
            assert!(matches!(key_of(&[path]), Err(Error::BadKey)));
        }
    }

    #[test]
    fn a_parameter_is_decoded() {
        let url = "https://example.com/objects?prefix=a+b%2F&limit=";
        assert_eq!(parameter(url, "prefix").unwrap(), "a b/");
        assert_eq!(parameter(url, "limit").unwrap(), "");
        assert_eq!(parameter(url, "cursor"), None);
        assert_eq!(parameter("https://example.com/", "prefix"), None);
    }
}
