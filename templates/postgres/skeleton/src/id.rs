//! The ids of accounts and transfers. No Worker types here.

use crate::error::{Error, Result};

const LONGEST: usize = 40;

/// Checks an id. The database would take more, but no id shall have to be encoded in a path.
pub fn check_id(id: &str) -> Result<()> {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let fits = (1..=LONGEST).contains(&id.len()) && id.bytes().all(is_plain);
    fits.then_some(()).ok_or(Error::BadId)
}

/// Returns the id in the parameter `after` of a URL, or an empty text if there is none.
pub fn after(url: &str) -> Result<&str> {
    let query = url.split_once('?').map_or("", |(_, query)| query);
    let id = query
        .split('&')
        .find_map(|pair| pair.strip_prefix("after="));
    id.map(check_id).transpose()?;
    Ok(id.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_1_to_40_plain_characters() {
        for id in ["a", "tea-1", &"a".repeat(40)] {
            assert!(check_id(id).is_ok(), "{id}");
        }
        for id in ["", "Tea", "a b", "%61", "é", "a\0", &"a".repeat(41)] {
            assert!(matches!(check_id(id), Err(Error::BadId)), "{id}");
        }
    }

    #[test]
    fn a_page_begins_after_the_id_in_the_url() {
        let url = "https://a.example/accounts";
        assert_eq!(after(url).unwrap(), "");
        assert_eq!(after(&format!("{url}?x=1&after=tea")).unwrap(), "tea");
        assert!(after(&format!("{url}?after=Tea")).is_err());
    }
}
