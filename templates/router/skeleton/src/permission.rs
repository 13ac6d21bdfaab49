//! Permissions: what others may do with an upload. No Worker types here.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::error::Error;

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Permission {
    Read,
    Write,
    Share,
}

impl Permission {
    fn parse(text: &str) -> Result<Self, Error> {
        match text {
            "read" => Ok(Self::Read),
            "write" => Ok(Self::Write),
            "share" => Ok(Self::Share),
            _ => Err(Error::BadPermission),
        }
    }
}

/// Parses the fields of a form. Each may list several permissions, as in `read, write`.
pub fn parse_all(fields: &[String]) -> Result<BTreeSet<Permission>, Error> {
    let entries = fields.iter().flat_map(|field| field.split(','));
    let named = entries.map(str::trim).filter(|entry| !entry.is_empty());
    named.map(Permission::parse).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(fields: &[&str]) -> Result<Vec<Permission>, Error> {
        let fields: Vec<String> = fields.iter().map(ToString::to_string).collect();
        Ok(parse_all(&fields)?.into_iter().collect())
    }

    #[test]
    fn permissions_can_be_in_one_field_or_in_many() {
        let both = [Permission::Read, Permission::Write];
        assert_eq!(parse(&["read, write"]).unwrap(), both);
        assert_eq!(parse(&["write", "read"]).unwrap(), both);
    }

    #[test]
    fn a_repeated_permission_counts_once() {
        let parsed = parse(&["share,share", "share"]).unwrap();
        assert_eq!(parsed, [Permission::Share]);
    }

    #[test]
    fn permissions_are_optional() {
        for fields in [&[][..], &[""], &[" , ", ","]] {
            assert_eq!(parse(fields).unwrap(), []);
        }
    }

    #[test]
    fn an_unknown_permission_is_refused_even_among_others() {
        for field in ["own", "Read", "read,own", "read write"] {
            assert!(matches!(parse(&[field]), Err(Error::BadPermission)));
        }
    }
}
