//! The metadata of an object, which travels in headers: those of HTTP under their own names, and
//! all other under names that begin with `x-meta-`.

use std::collections::HashMap;

use worker::{Headers, HttpMetadata, Object};

use crate::error::Result;

const PREFIX: &str = "x-meta-";

pub fn of_http(headers: &Headers) -> Result<HttpMetadata> {
    Ok(HttpMetadata {
        content_type: headers.get("content-type")?,
        content_language: headers.get("content-language")?,
        content_disposition: headers.get("content-disposition")?,
        content_encoding: headers.get("content-encoding")?,
        cache_control: headers.get("cache-control")?,
        cache_expiry: None,
    })
}

pub fn custom(headers: &Headers) -> HashMap<String, String> {
    let headers = headers.entries();
    let named =
        headers.filter_map(|(name, value)| Some((name.strip_prefix(PREFIX)?.into(), value)));
    named.collect()
}

/// Returns the headers of a response with the object.
pub fn headers_of(object: &Object) -> Result<Headers> {
    let headers = Headers::new();
    headers.set("content-type", "application/octet-stream")?;
    // The same headers in JavaScript: `headers.clone()` would be a copy.
    object.write_http_metadata(Headers(headers.0.clone()))?;
    for (name, value) in object.custom_metadata()? {
        // Other tools may have stored what is not legal in a header; that is left out.
        headers.set(&format!("{PREFIX}{name}"), &value).ok();
    }
    headers.set("etag", &object.http_etag())?;
    headers.set("accept-ranges", "bytes")?;
    // Anyone's files are served from this address: a browser must not run scripts in them.
    headers.set("content-security-policy", "sandbox")?;
    headers.set("x-content-type-options", "nosniff")?;
    Ok(headers)
}
