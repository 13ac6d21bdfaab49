//! The `Range` header (RFC 9110, section 14). No Worker types here.

use crate::error::{Error, Result};

/// Bytes of an object: the first one, and how many.
#[derive(Debug, PartialEq, Eq)]
pub struct Span {
    pub offset: u64,
    pub length: u64,
}

/// Parses a range of an object with `size` bytes. What is not a single range of bytes means the
/// whole object, as the standard allows.
pub fn parse(header: &str, size: u64) -> Result<Option<Span>> {
    let range = header.strip_prefix("bytes=");
    let Some((first, last)) = range.and_then(|range| range.split_once('-')) else {
        return Ok(None);
    };
    let (start, end) = match (number(first), number(last)) {
        (Some(first), Some(last)) if first <= last => (first, size.min(last.saturating_add(1))),
        (Some(first), None) if last.is_empty() => (first, size),
        (None, Some(suffix)) if first.is_empty() => (size.saturating_sub(suffix), size),
        _ => return Ok(None),
    };
    if start >= end {
        return Err(Error::RangeNotSatisfiable(size));
    }
    let (offset, length) = (start, end - start);
    Ok(Some(Span { offset, length }))
}

/// Parses digits alone: `parse` would also take a sign.
fn number(text: &str) -> Option<u64> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_cut_at_the_end_of_the_object() {
        for (header, offset, length) in [
            ("bytes=0-0", 0, 1),
            ("bytes=2-4", 2, 3),
            ("bytes=7-", 7, 3),
            ("bytes=7-99", 7, 3),
            ("bytes=0-18446744073709551615", 0, 10),
            ("bytes=-3", 7, 3),
            ("bytes=-99", 0, 10),
        ] {
            let span = parse(header, 10).unwrap();
            assert_eq!(span, Some(Span { offset, length }), "{header}");
        }
    }

    #[test]
    fn a_range_without_a_byte_of_the_object_is_refused() {
        for (header, size) in [
            ("bytes=10-", 10),
            ("bytes=-0", 10),
            ("bytes=0-", 0),
            ("bytes=-1", 0),
        ] {
            let refused = parse(header, size);
            assert!(matches!(refused, Err(Error::RangeNotSatisfiable(of)) if of == size));
        }
    }

    #[test]
    fn anything_else_means_the_whole_object() {
        for header in [
            "",
            "bytes=",
            "bytes=-",
            "lines=1-2",
            "bytes=4-2",
            "bytes=+1-2",
            "bytes=0-1,4-5",
        ] {
            assert_eq!(parse(header, 10).unwrap(), None, "{header}");
        }
    }
}
