//! The settings in `wrangler.toml`, validated. No Worker types here, so that `cargo test` can
//! run it.

use std::str::FromStr;

use serde::Serialize;

const LONGEST_TITLE: usize = 60;

/// What `GET /settings` shows.
#[derive(Serialize)]
pub struct Settings {
    pub title: Title,
    pub posting: Posting,
    pub limits: Limits,
}

/// The heading of the board.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Title(String);

/// Whether the board accepts notices.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Posting {
    Open,
    Closed,
}

/// How large notices may be, and how long they are kept. `limits.rs` reads it.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Limits {
    pub notice_bytes: u32,
    pub keep_seconds: u32,
    pub keep_forever: Vec<String>,
}

impl Title {
    pub fn new(text: String) -> Result<Self, String> {
        if !(1..=LONGEST_TITLE).contains(&text.chars().count()) {
            return Err(format!("must have 1 to {LONGEST_TITLE} characters"));
        }
        Ok(Self(text))
    }
}

impl FromStr for Posting {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        match word {
            "open" => Ok(Self::Open),
            "closed" => Ok(Self::Closed),
            _ => Err("must be open or closed".into()),
        }
    }
}

impl Limits {
    pub fn allow(&self, notice: &str) -> bool {
        u32::try_from(notice.len()).is_ok_and(|bytes| bytes <= self.notice_bytes)
    }

    /// The number of seconds after which a notice expires, if it does.
    pub fn lifetime(&self, key: &str) -> Option<u32> {
        let is_lasting = self.keep_forever.iter().any(|lasting| lasting == key);
        (!is_lasting).then_some(self.keep_seconds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_measured_in_characters() {
        for text in ["é", &"é".repeat(60)] {
            assert_eq!(Title::new(text.into()), Ok(Title(text.into())));
        }
        for text in ["", &"é".repeat(61)] {
            let refused = Title::new(text.into());
            assert_eq!(refused, Err("must have 1 to 60 characters".into()));
        }
    }

    #[test]
    fn posting_is_one_of_two_words() {
        assert_eq!("open".parse(), Ok(Posting::Open));
        assert_eq!("closed".parse(), Ok(Posting::Closed));
        for word in ["", "Open", "true"] {
            let refused = word.parse::<Posting>();
            assert_eq!(refused, Err("must be open or closed".into()));
        }
    }

    #[test]
    fn a_notice_is_measured_in_bytes_and_expires_unless_its_key_is_listed() {
        let limits = Limits {
            notice_bytes: 4,
            keep_seconds: 60,
            keep_forever: vec!["rules".into()],
        };
        assert!(limits.allow("éé") && !limits.allow("ééé"));
        assert_eq!(limits.lifetime("fair"), Some(60));
        assert_eq!(limits.lifetime("rules"), None);
    }
}
