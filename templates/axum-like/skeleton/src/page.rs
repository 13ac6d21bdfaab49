//! Pagination: the parameters of a list request, and the page it returns. No Worker types
//! here.

use serde::Serialize;
use worker::url::form_urlencoded;

use crate::error::FieldError;
use crate::id::begins_an_id;

const USUAL_LIMIT: u64 = 20;
const HIGHEST_LIMIT: u64 = 100;
const LIMIT: FieldError = FieldError::new("limit", "must be a number from 1 to 100");

/// Only KV knows what a valid cursor looks like; this limit just keeps out nonsense.
const LONGEST_CURSOR: usize = 1024;
pub const CURSOR: FieldError = FieldError::new("cursor", "must be the cursor of an earlier page");

const PREFIX: FieldError = FieldError::new("prefix", "must be the beginning of an id");

/// The parameters of a list request.
#[derive(Debug, PartialEq, Eq)]
pub struct Query {
    pub limit: u64,
    pub cursor: Option<String>,
    pub prefix: Option<String>,
}

impl Query {
    /// Parses a query string. The error lists all invalid parameters. Unknown parameters are
    /// ignored, and if one is repeated, the last value counts.
    pub fn parse(text: &str) -> Result<Self, Vec<FieldError>> {
        let mut query = Self {
            limit: USUAL_LIMIT,
            cursor: None,
            prefix: None,
        };
        let mut errors = Vec::new();
        for (name, value) in form_urlencoded::parse(text.as_bytes()) {
            errors.extend(query.set(&name, value.into_owned()).err());
        }
        if errors.is_empty() {
            Ok(query)
        } else {
            Err(errors)
        }
    }

    fn set(&mut self, name: &str, value: String) -> Result<(), FieldError> {
        match name {
            "limit" => self.limit = limit_of(&value).ok_or(LIMIT)?,
            "cursor" if is_cursor(&value) => self.cursor = Some(value),
            "cursor" => return Err(CURSOR),
            "prefix" if begins_an_id(&value) => self.prefix = Some(value),
            "prefix" => return Err(PREFIX),
            _ => {}
        }
        Ok(())
    }
}

fn limit_of(text: &str) -> Option<u64> {
    let limit = text.parse().ok()?;
    (1..=HIGHEST_LIMIT).contains(&limit).then_some(limit)
}

fn is_cursor(text: &str) -> bool {
    (1..=LONGEST_CURSOR).contains(&text.len())
}

/// A page of the list.
#[derive(Serialize)]
pub struct Page {
    pub notes: Vec<Entry>,
    /// Pass it back to get the next page; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// A note in the list: its key in KV, with the title from the key's metadata.
#[derive(Serialize)]
pub struct Entry {
    pub id: String,
    pub title: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_query_means_the_first_page() {
        let query = Query::parse("").unwrap();
        assert_eq!((query.limit, query.cursor, query.prefix), (20, None, None));
    }

    #[test]
    fn a_limit_is_a_number_in_its_range() {
        let highest = Query::parse("limit=100").unwrap().limit;
        assert_eq!(highest, HIGHEST_LIMIT);
        for text in ["limit=0", "limit=101", "limit=-1", "limit=ten", "limit="] {
            assert_eq!(Query::parse(text), Err(vec![LIMIT]), "{text}");
        }
    }

    #[test]
    fn a_cursor_is_decoded_but_otherwise_unchanged() {
        let query = Query::parse("cursor=a%2Fb%3D").unwrap();
        assert_eq!(query.cursor.as_deref(), Some("a/b="));
    }

    #[test]
    fn all_invalid_parameters_are_listed() {
        let errors = Query::parse("limit=0&cursor=&prefix=A+b&other=1").unwrap_err();
        assert_eq!(errors, [LIMIT, CURSOR, PREFIX]);
    }
}
