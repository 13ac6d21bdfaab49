//! Extractors: they turn parts of a request into validated values. A handler that takes one of
//! these never sees an invalid request, and the client gets a JSON problem instead of axum's
//! plain text.

use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::request::Parts;

use crate::error::{Error, Result};
use crate::id::Id;
use crate::json;
use crate::note::Content;

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        // A text that is not UTF-8 cannot be an id, like an empty one.
        let path: Result<Path<String>, _> = Path::from_request_parts(parts, state).await;
        Self::parse(path.map_or(String::new(), |Path(text)| text)).map_err(Error::Invalid)
    }
}

impl<S: Send + Sync> FromRequest<S> for Content {
    type Rejection = Error;

    async fn from_request(request: Request, _state: &S) -> Result<Self> {
        Self::from_json(&json::read(request).await?).map_err(Error::Invalid)
    }
}
