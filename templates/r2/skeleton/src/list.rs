//! Lists the objects of the bucket, a page at a time.

use std::collections::HashMap;

use serde::Serialize;
use worker::{Bucket, Include, Object, Request, Response};

use crate::error::{Error, Result};
use crate::path::parameter;

const USUAL_LIMIT: u32 = 100;
const HIGHEST_LIMIT: u32 = 1000;

#[derive(Serialize)]
struct Page {
    objects: Vec<Entry>,
    /// Pass it back to get the next page; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    cursor: Option<String>,
}

/// The description of an object.
#[derive(Serialize)]
pub struct Entry {
    key: String,
    size: u64,
    etag: String,
    content_type: Option<String>,
    metadata: HashMap<String, String>,
}

impl Entry {
    pub fn of(object: &Object) -> Result<Self> {
        Ok(Self {
            key: object.key(),
            size: object.size(),
            etag: object.http_etag(),
            content_type: object.http_metadata().content_type,
            metadata: object.custom_metadata()?,
        })
    }
}

/// A page may be shorter than the limit although more follows: only the cursor tells.
pub async fn answer(bucket: &Bucket, request: &Request) -> Result<Response> {
    // Not `request.url()`, whose Unicode tables would double the worker's size.
    let url = request.inner().url();
    let include = vec![Include::HttpMetadata, Include::CustomMetadata];
    let mut list = bucket.list().include(include);
    list = list.limit(limit_of(parameter(&url, "limit").as_deref())?);
    list = list.prefix(parameter(&url, "prefix").unwrap_or_default());
    if let Some(cursor) = parameter(&url, "cursor") {
        list = list.cursor(cursor);
    }
    let found = list.execute().await?;
    let objects = found
        .objects()
        .iter()
        .map(Entry::of)
        .collect::<Result<_>>()?;
    let cursor = found.cursor().filter(|_| found.truncated());
    Ok(Response::from_json(&Page { objects, cursor })?)
}

fn limit_of(text: Option<&str>) -> Result<u32> {
    let limit = text.map_or(Ok(USUAL_LIMIT), str::parse).ok();
    let limit = limit.filter(|limit| (1..=HIGHEST_LIMIT).contains(limit));
    limit.ok_or(Error::Invalid("a limit must be a number from 1 to 1000"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_a_number_in_its_range() {
        assert_eq!(limit_of(None).unwrap(), USUAL_LIMIT);
        assert_eq!(limit_of(Some("1000")).unwrap(), HIGHEST_LIMIT);
        for text in ["0", "1001", "-1", "ten", ""] {
            assert!(matches!(limit_of(Some(text)), Err(Error::Invalid(_))));
        }
    }
}
