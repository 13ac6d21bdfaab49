//! The name of a domain. It becomes a line of the protocol, so no other character may be in it.

use crate::error::{Error, Result};

pub struct Domain(String);

impl Domain {
    pub fn parse(text: &str) -> Result<Self> {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        // Some servers take a word that begins with a dash for an option.
        let is_label = |label: &str| {
            let is_bare = !label.starts_with('-') && !label.ends_with('-');
            (1..=63).contains(&label.len()) && is_bare && label.bytes().all(is_plain)
        };
        if text.len() > 253 || !text.split('.').all(is_label) {
            return Err(Error::BadDomain);
        }
        Ok(Self(text.to_ascii_lowercase()))
    }

    /// The line that asks a WHOIS server about it (RFC 3912).
    pub fn as_line(&self) -> String {
        format!("{}\r\n", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_becomes_one_line() {
        assert_eq!(Domain::parse("com").unwrap().as_line(), "com\r\n");
        assert!(Domain::parse("xn--caf-dma.example").is_ok());
        let mixed = Domain::parse("Www.Example.COM").unwrap();
        assert_eq!(mixed.as_line(), "www.example.com\r\n");
        assert!(Domain::parse(&["a".repeat(63).as_str(); 3].join(".")).is_ok());
    }

    #[test]
    fn nothing_else_is_sent_to_the_server() {
        let (long_label, long_name) = ("a".repeat(64), ["a"; 128].join("."));
        for text in ["", ".", "a..b", "a b", "a\r\nb", "a%0Ab", "é.example"] {
            assert!(matches!(Domain::parse(text), Err(Error::BadDomain)));
        }
        for text in ["-k", "--version", "-a.example", "a-.example", "a.-"] {
            assert!(matches!(Domain::parse(text), Err(Error::BadDomain)));
        }
        for text in [long_label, long_name] {
            assert!(matches!(Domain::parse(&text), Err(Error::BadDomain)));
        }
    }
}
