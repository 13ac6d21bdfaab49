//! Uploads a large file in parts. Each part is a request of its own, so the file may be larger
//! than a request body, and a part that fails is sent again alone.

use serde::{Deserialize, Serialize};
use worker::{Bucket, Method, MultipartUpload, Request, Response, ResponseBuilder, UploadedPart};

use crate::conditions::{PRECONDITIONS, refuse};
use crate::error::{Error, Result};
use crate::list::Entry;
use crate::objects::{LONGEST, data_of};
use crate::path::parameter;
use crate::{body, metadata};

const MOST_PARTS: u16 = 10_000;

/// In bytes. The longest list of parts needs fewer.
const LONGEST_LIST: u64 = 2_000_000;

#[derive(Serialize)]
struct Begun {
    id: String,
}

/// A part as R2 knows it. Its tag is not that of an object.
#[derive(Deserialize, Serialize)]
struct Part {
    part: u16,
    etag: String,
}

#[derive(Deserialize)]
struct Parts {
    parts: Vec<Part>,
}

pub async fn answer(bucket: &Bucket, key: &str, request: Request) -> Result<Response> {
    // R2 checks none of them when it makes the parts an object.
    refuse(request.headers(), &PRECONDITIONS)?;
    let id = parameter(&request.inner().url(), "id");
    // This sends nothing: R2 looks for the upload when it is used.
    let upload = id.map(|id| bucket.resume_multipart_upload(key, id));
    match (request.method(), upload.transpose()?) {
        (Method::Post, None) => begin(bucket, key, &request).await,
        (Method::Put, Some(upload)) => add_part(&upload, &request).await,
        (Method::Post, Some(upload)) => complete(upload, request).await,
        (Method::Delete, Some(upload)) => discard(&upload).await,
        (Method::Put | Method::Delete, None) => Err(Error::NoUpload),
        _ => Err(Error::MethodNotAllowed("POST, PUT, DELETE")),
    }
}

async fn begin(bucket: &Bucket, key: &str, request: &Request) -> Result<Response> {
    let upload = bucket.create_multipart_upload(key);
    let upload = upload.http_metadata(metadata::of_http(request.headers())?);
    let upload = upload.custom_metadata(metadata::custom(request.headers()));
    let id = upload.execute().await?.upload_id().await;
    let response = ResponseBuilder::new().with_status(201);
    Ok(response.from_json(&Begun { id })?)
}

async fn add_part(upload: &MultipartUpload, request: &Request) -> Result<Response> {
    body::check_length(request, LONGEST)?;
    let part = parameter(&request.inner().url(), "part").unwrap_or_default();
    let part = checked(part.parse().unwrap_or_default())?;
    let etag = upload.upload_part(part, data_of(request)).await?.etag();
    Ok(Response::from_json(&Part { part, etag })?)
}

async fn complete(upload: MultipartUpload, mut request: Request) -> Result<Response> {
    body::check_length(&request, LONGEST_LIST)?;
    let Parts { parts } = request.json().await.map_err(Error::Unreadable)?;
    if parts.is_empty() || !parts.is_sorted_by(|one, next| one.part < next.part) {
        let rule = "an upload must list at least one part, each once and in order";
        return Err(Error::Invalid(rule));
    }
    let uploaded = |Part { part, etag }| Ok(UploadedPart::new(checked(part)?, etag));
    let parts = parts
        .into_iter()
        .map(uploaded)
        .collect::<Result<Vec<_>>>()?;
    let object = upload.complete(parts).await.map_err(not_ended)?;
    Ok(Response::from_json(&Entry::of(&object)?)?)
}

async fn discard(upload: &MultipartUpload) -> Result<Response> {
    upload.abort().await.map_err(not_ended)?;
    Ok(ResponseBuilder::new().with_status(204).empty())
}

/// For an upload that never was, R2 reports an internal error, and no other code.
fn not_ended(cause: worker::Error) -> Error {
    match Error::from(cause) {
        Error::Platform(cause) => Error::NotEnded(cause),
        error => error,
    }
}

fn checked(part: u16) -> Result<u16> {
    let is_legal = (1..=MOST_PARTS).contains(&part);
    let refusal = Error::Invalid("a part must be a number from 1 to 10000");
    is_legal.then_some(part).ok_or(refusal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_has_a_number_from_1_to_10000() {
        assert_eq!((checked(1).unwrap(), checked(10_000).unwrap()), (1, 10_000));
        for part in [0, 10_001] {
            assert!(matches!(checked(part), Err(Error::Invalid(_))));
        }
    }
}
