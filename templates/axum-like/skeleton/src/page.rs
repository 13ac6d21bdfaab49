//! Pagination: the parameters of a list request, and the page it returns. No Worker types
//! here.

use serde::Serialize;
use serde_json::Value;
use worker::url::form_urlencoded;

use crate::field_error::FieldError;
use crate::id::begins_an_id;

const LIMIT: &str = "must be a number from 1 to 100";
pub const CURSOR: &str = "must be the cursor of an earlier page";
const PREFIX: &str = "must be the beginning of an id";

/// The parameters of a list request.
#[derive(Debug)]
pub struct Query {
    pub limit: u64,
    pub cursor: Option<String>,
    pub prefix: Option<String>,
}

impl Query {
    /// Parses a query string. Unknown parameters are ignored, and if one is repeated, the last
    /// value counts.
    pub fn parse(text: &str) -> Result<Self, Vec<FieldError>> {
        let value = |name: &str| {
            let pairs = form_urlencoded::parse(text.as_bytes());
            let found = pairs.filter(|(key, _)| key == name).last();
            found.map(|(_, value)| value.into_owned())
        };
        let (limit, cursor, prefix) = (value("limit"), value("cursor"), value("prefix"));
        let limit = limit.map_or(20, |text| text.parse().unwrap_or_default());
        // Only KV knows what a valid cursor looks like; this limit just keeps out nonsense.
        let is_cursor = |text: &String| (1..=1024).contains(&text.len());
        FieldError::check([
            ((1..=100).contains(&limit), "limit", LIMIT),
            (cursor.as_ref().is_none_or(is_cursor), "cursor", CURSOR),
            (prefix.as_deref().is_none_or(begins_an_id), "prefix", PREFIX),
        ])?;
        Ok(Self {
            limit,
            cursor,
            prefix,
        })
    }
}

/// A page of the list.
#[derive(Serialize)]
pub struct Page {
    /// The keys in KV, each with the title from its metadata.
    pub notes: Vec<Value>,
    /// Pass it back to get the next page; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong_parameters(query: &str) -> Vec<&'static str> {
        let errors = Query::parse(query).err().unwrap_or_default();
        errors.iter().map(|error| error.field).collect()
    }

    #[test]
    fn an_empty_query_means_the_first_page() {
        let query = Query::parse("").unwrap();
        assert_eq!((query.limit, query.cursor, query.prefix), (20, None, None));
    }

    #[test]
    fn a_limit_is_a_number_in_its_range() {
        let highest = Query::parse("limit=1&limit=100").unwrap().limit;
        assert_eq!(highest, 100);
        for text in ["limit=0", "limit=101", "limit=-1", "limit=ten", "limit="] {
            assert_eq!(wrong_parameters(text), ["limit"], "{text}");
        }
    }

    #[test]
    fn a_cursor_is_decoded_but_otherwise_unchanged() {
        let query = Query::parse("cursor=a%2Fb%3D").unwrap();
        assert_eq!(query.cursor.as_deref(), Some("a/b="));
    }

    #[test]
    fn all_invalid_parameters_are_listed() {
        let found = wrong_parameters("limit=0&cursor=&prefix=A+b&other=1");
        assert_eq!(found, ["limit", "cursor", "prefix"]);
    }
}
