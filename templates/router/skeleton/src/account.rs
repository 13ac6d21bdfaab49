//! An account, and the validation of its fields. No Worker types here.

use serde::{Deserialize, Serialize};

use crate::error::Error;

// A message in `error.rs` repeats this number.
const LONGEST_NAME: usize = 60;

/// An account as stored in KV and returned to clients.
#[derive(Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Account {
    pub id: u32,
    pub name: String,
}

/// An account as sent by clients; the id is in the address.
#[derive(Deserialize)]
pub struct Profile {
    pub name: String,
}

impl Account {
    pub fn new(id: u32, profile: Profile) -> Result<Self, Error> {
        let name = profile.name;
        let fits = !name.trim().is_empty() && name.chars().count() <= LONGEST_NAME;
        fits.then_some(Self { id, name }).ok_or(Error::BadName)
    }
}

/// Parses an id. Each account has one address, so `7` is an id, while `07` and `+7` are not.
pub fn parse_id(text: &str) -> Result<u32, Error> {
    let id: u32 = text.parse().map_err(|_| Error::BadId)?;
    let is_plain = id.to_string() == text;
    is_plain.then_some(id).ok_or(Error::BadId)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(name: &str) -> Result<Account, Error> {
        let name = name.into();
        Account::new(7, Profile { name })
    }

    #[test]
    fn a_name_is_measured_in_characters() {
        let name = "é".repeat(60);
        assert_eq!(account(&name).unwrap(), Account { id: 7, name });
        assert!(matches!(account(&"é".repeat(61)), Err(Error::BadName)));
    }

    #[test]
    fn an_empty_or_blank_name_is_refused() {
        for name in ["", " ", "\t\n"] {
            assert!(matches!(account(name), Err(Error::BadName)));
        }
    }

    #[test]
    fn an_id_is_a_whole_number() {
        for id in [0, 7, u32::MAX] {
            assert_eq!(parse_id(&id.to_string()).unwrap(), id);
        }
    }

    #[test]
    fn an_id_has_one_spelling() {
        for text in ["", "+7", "-7", "07", "7.0", "%37", "seven", "4294967296"] {
            assert!(matches!(parse_id(text), Err(Error::BadId)), "{text}");
        }
    }
}
