//! Preconditions by entity tag (RFC 9110, section 13). No Worker types here, but for headers.

use worker::Headers;

use crate::error::{Error, Result};

pub const PRECONDITIONS: [&str; 3] = ["if-match", "if-none-match", "if-unmodified-since"];

/// Returns whether a read must send the object. If not, the client has this version already.
pub fn is_wanted(if_match: Option<&str>, if_none_match: Option<&str>, etag: &str) -> Result<bool> {
    if if_match.is_some_and(|list| !tags(list).any(|tag| tag == "*" || tag == etag)) {
        return Err(Error::PreconditionFailed);
    }
    // A cache on the way may have marked the tag as weak, as compression does.
    let has = |tag: &str| tag == "*" || tag.trim_start_matches("W/") == etag;
    Ok(!if_none_match.is_some_and(|list| tags(list).any(has)))
}

fn tags(list: &str) -> impl Iterator<Item = &str> {
    list.split(',').map(str::trim)
}

/// Returns the tag in a precondition of a write as R2 takes it: a single one, without quotes.
pub fn single_tag(header: &str) -> Result<String> {
    let quoted = header
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    let tag = if header == "*" { Some(header) } else { quoted };
    let tag = tag.filter(|tag| !tag.is_empty() && !tag.contains('"'));
    tag.map(Into::into).ok_or(Error::BadCondition)
}

/// Refuses headers that would have no effect: to ignore one could destroy data.
pub fn refuse(headers: &Headers, names: &[&str]) -> Result<()> {
    let is_there = names.iter().any(|name| headers.has(name).unwrap_or(false));
    if is_there {
        Err(Error::BadCondition)
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TAG: &str = r#""a""#;

    #[test]
    fn without_conditions_an_object_is_sent() {
        assert!(is_wanted(None, None, TAG).unwrap());
    }

    #[test]
    fn an_object_that_the_client_has_is_not_sent() {
        for (list, is_sent) in [
            (r#""b", W/"a""#, false),
            (TAG, false),
            ("*", false),
            (r#""b""#, true),
        ] {
            assert_eq!(is_wanted(None, Some(list), TAG).unwrap(), is_sent, "{list}");
        }
    }

    #[test]
    fn another_version_than_the_expected_is_refused() {
        for (list, holds) in [
            (r#""b", "a""#, true),
            ("*", true),
            (r#""b""#, false),
            (r#"W/"a""#, false),
        ] {
            let wanted = is_wanted(Some(list), None, TAG);
            assert_eq!(wanted.is_ok(), holds, "{list}");
        }
    }

    #[test]
    fn a_write_takes_a_single_strong_tag() {
        assert_eq!(single_tag(TAG).unwrap(), "a");
        assert_eq!(single_tag("*").unwrap(), "*");
        for text in ["", "a", "\"\"", "\"", r#"W/"a""#, r#""a", "b""#] {
            let refused = single_tag(text);
            assert!(matches!(refused, Err(Error::BadCondition)), "{text}");
        }
    }
}
