//! Limits the length of request bodies.

use worker::Request;

use crate::error::Error;

/// Refuses a body that is too long before any of it is read into memory.
///
/// The runtime never delivers more bytes than a request declares. A body of undeclared
/// length could be as long as the platform allows, so it is refused too.
pub fn check_length(request: &Request, longest: u64) -> Result<(), Error> {
    let declared = request.headers().get("content-length")?;
    check(declared.as_deref(), longest)
}

fn check(declared: Option<&str>, longest: u64) -> Result<(), Error> {
    let length: Option<u64> = declared.and_then(|text| text.parse().ok());
    if length.ok_or(Error::NoLength)? > longest {
        return Err(Error::TooLong);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_may_be_as_long_as_the_limit_and_no_longer() {
        assert!(check(Some("0"), 10).is_ok() && check(Some("10"), 10).is_ok());
        for declared in ["11", "18446744073709551615"] {
            assert!(matches!(check(Some(declared), 10), Err(Error::TooLong)));
        }
    }

    #[test]
    fn a_body_must_declare_its_length() {
        for declared in [None, Some(""), Some("ten"), Some("-1")] {
            assert!(matches!(check(declared, 10), Err(Error::NoLength)));
        }
    }
}
