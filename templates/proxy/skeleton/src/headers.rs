//! Reads and copies headers.

use worker::{Headers, Response};

use crate::error::Result;
use crate::policy::Facts;

/// What the upstream gets of a request. All others concern the client's connection or its
/// person, or make responses that the cache could not share.
const PASSED_ON: [&str; 8] = [
    "accept",
    "accept-language",
    "authorization",
    "cookie",
    "if-modified-since",
    "if-none-match",
    "if-range",
    "range",
];

/// Headers of the upstream's connection (RFC 9110, section 7.6.1).
const HOP_BY_HOP: [&str; 7] = [
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

pub fn to_upstream(client: &Headers) -> Result<Headers> {
    let headers = Headers::new();
    for name in PASSED_ON {
        if let Some(value) = client.get(name)? {
            headers.set(name, &value)?;
        }
    }
    Ok(headers)
}

pub fn to_client(response: Response) -> Result<Response> {
    // A copy, because the headers of a fetched response are immutable.
    let headers = response.headers().clone();
    for name in HOP_BY_HOP {
        headers.delete(name)?;
    }
    Ok(response.with_headers(headers))
}

/// Returns whether the response may be meant for this client alone.
pub fn are_personal(client: &Headers) -> Result<bool> {
    Ok(client.has("authorization")? || client.has("cookie")?)
}

pub fn facts(response: &Response) -> Result<Facts> {
    let headers = response.headers();
    Ok(Facts {
        status: response.status_code(),
        control: headers.get("cache-control")?.unwrap_or_default(),
        expires: headers.has("expires")?,
        vary: headers.get("vary")?.unwrap_or_default(),
        sets_cookie: headers.has("set-cookie")?,
        length: headers
            .get("content-length")?
            .and_then(|text| text.parse().ok()),
    })
}
