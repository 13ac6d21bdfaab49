//! Reads, writes and removes an object.

use worker::{
    Bucket, Conditional, Data, EncodeBody, Headers, Method, Object, Range, Request, Response,
    ResponseBuilder,
};

use crate::conditions::{PRECONDITIONS, is_wanted, refuse, single_tag};
use crate::error::{Error, Result};
use crate::list::Entry;
use crate::range::{self, Span};
use crate::{body, metadata};

/// In bytes. The limit of a request body on the free plan; larger files are uploaded in parts.
pub const LONGEST: u64 = 100_000_000;

pub async fn answer(bucket: &Bucket, key: &str, request: &Request) -> Result<Response> {
    match request.method() {
        Method::Get => read(bucket, key, request.headers()).await,
        Method::Head => describe(bucket, key, request.headers()).await,
        Method::Put => write(bucket, key, request).await,
        Method::Delete => remove(bucket, key, request.headers()).await,
        _ => Err(Error::MethodNotAllowed("GET, HEAD, PUT, DELETE")),
    }
}

/// Streams the object. Only a range costs a second operation, because it depends on the size.
async fn read(bucket: &Bucket, key: &str, headers: &Headers) -> Result<Response> {
    let get = bucket.get(key).execute().await?;
    let mut object = get.ok_or(Error::NotFound)?;
    let mut response = ResponseBuilder::new().with_headers(metadata::headers_of(&object)?);
    // A file that was stored compressed is sent as it is. The runtime would compress it again.
    response = response.with_encode_body(EncodeBody::Manual);
    if !is_wanted_of(&object, headers)? {
        return Ok(response.with_status(304).empty());
    }
    if let Some(Span { offset, length }) = span(&object, headers)? {
        // The object may just have been replaced, and a part of another would be useless.
        let etag_matches = Some(object.etag());
        let same = Conditional {
            etag_matches,
            ..Default::default()
        };
        let range = Range::OffsetWithLength { offset, length };
        let get = bucket.get(key).only_if(same).range(range);
        object = get.execute().await?.ok_or(Error::NotFound)?;
        let range = format!("bytes {offset}-{}/{}", offset + length - 1, object.size());
        response = response
            .with_status(206)
            .with_header("content-range", &range)?;
    }
    // R2 returns no body if its condition does not hold.
    let body = object.body().ok_or(Error::PreconditionFailed)?;
    Ok(response.body(body.response_body()?))
}

async fn describe(bucket: &Bucket, key: &str, headers: &Headers) -> Result<Response> {
    let object = bucket.head(key).await?.ok_or(Error::NotFound)?;
    let response = ResponseBuilder::new().with_headers(metadata::headers_of(&object)?);
    if !is_wanted_of(&object, headers)? {
        return Ok(response.with_status(304).empty());
    }
    let size = object.size().to_string();
    Ok(response.with_header("content-length", &size)?.empty())
}

fn is_wanted_of(object: &Object, headers: &Headers) -> Result<bool> {
    let (same, other) = (headers.get("if-match")?, headers.get("if-none-match")?);
    is_wanted(same.as_deref(), other.as_deref(), &object.http_etag())
}

/// Returns the range to send, unless the client wants it of another version only.
fn span(object: &Object, headers: &Headers) -> Result<Option<Span>> {
    let is_meant = headers
        .get("if-range")?
        .is_none_or(|tag| tag == object.http_etag());
    let header = headers.get("range")?.filter(|_| is_meant);
    header.map_or(Ok(None), |text| range::parse(&text, object.size()))
}

/// Stores the body. `If-None-Match: *` never replaces an object, and `If-Match` only one version.
async fn write(bucket: &Bucket, key: &str, request: &Request) -> Result<Response> {
    let headers = request.headers();
    body::check_length(request, LONGEST)?;
    refuse(headers, &["if-unmodified-since", "content-range"])?;
    let tag = |name| headers.get(name)?.as_deref().map(single_tag).transpose();
    let only_if = Conditional {
        etag_matches: tag("if-match")?,
        etag_does_not_match: tag("if-none-match")?,
        ..Default::default()
    };
    let put = bucket.put(key, data_of(request)).only_if(only_if);
    let put = put.http_metadata(metadata::of_http(headers)?);
    let put = put.custom_metadata(metadata::custom(headers));
    let object = put.execute().await?.ok_or(Error::PreconditionFailed)?;
    let response = ResponseBuilder::new().with_header("etag", &object.http_etag())?;
    Ok(response.from_json(&Entry::of(&object)?)?)
}

/// Returns the body as a stream of the runtime, which never enters the memory of Rust.
pub fn data_of(request: &Request) -> Data {
    request.inner().body().map_or(Data::Empty, Data::from)
}

/// Removes the object. R2 does not tell whether there was one.
async fn remove(bucket: &Bucket, key: &str, headers: &Headers) -> Result<Response> {
    refuse(headers, &PRECONDITIONS)?;
    bucket.delete(key).await?;
    Ok(ResponseBuilder::new().with_status(204).empty())
}
