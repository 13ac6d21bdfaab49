//! Extractors: they turn parts of a request into validated values. A handler that takes one of
//! these never sees an invalid request, and the client gets a JSON problem instead of axum's
//! plain text.

use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::request::Parts;

use crate::error::{Error, FieldError, Result};
use crate::id::Id;
use crate::json;
use crate::note::Content;
use crate::page::Query;

const ENCODING: FieldError = FieldError::new("id", "must be UTF-8 in percent-encoding");

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        let path = Path::from_request_parts(parts, state).await;
        let Path(text) = path.map_err(|_| vec![ENCODING])?;
        Ok(Self::parse(text).map_err(|error| vec![error])?)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Query {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self> {
        Ok(Self::parse(parts.uri.query().unwrap_or_default())?)
    }
}

impl<S: Send + Sync> FromRequest<S> for Content {
    type Rejection = Error;

    async fn from_request(request: Request, _state: &S) -> Result<Self> {
        Ok(Self::from_json(json::read(request).await?)?)
    }
}
