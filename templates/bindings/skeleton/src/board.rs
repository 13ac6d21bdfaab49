//! Reads and posts notices.

use worker::{Request, Response, ResponseBuilder};

use crate::bindings::Bindings;
use crate::error::Error;
use crate::settings::Posting;

/// Returns a notice as plain text.
pub async fn read(bindings: &Bindings, key: &str) -> Result<Response, Error> {
    let notice = bindings.notices.get(key).text().await?;
    Ok(Response::ok(notice.ok_or(Error::NoNotice)?)?)
}

/// Stores a notice for as long as the settings say. The token is checked first, so that a
/// caller without it learns nothing else.
pub async fn post(mut request: Request, bindings: &Bindings, key: &str) -> Result<Response, Error> {
    if !knows_the_token(&request, bindings)? {
        return Err(Error::Unauthorized);
    }
    let settings = &bindings.public.settings;
    if settings.posting == Posting::Closed {
        return Err(Error::Closed);
    }
    let notice = request.text().await?;
    if !settings.limits.allow(&notice) {
        return Err(Error::TooLong);
    }
    let mut put = bindings.notices.put(key, notice)?;
    if let Some(seconds) = settings.limits.lifetime(key) {
        put = put.expiration_ttl(seconds.into());
    }
    put.execute().await?;
    Ok(ResponseBuilder::new().with_status(204).empty())
}

fn knows_the_token(request: &Request, bindings: &Bindings) -> worker::Result<bool> {
    let header = request.headers().get("authorization")?;
    let token = header.as_deref().and_then(bearer_token);
    Ok(token.is_some_and(|token| bindings.write_token.is(token)))
}

/// Extracts the token from `Bearer TOKEN`. The scheme is case-insensitive (RFC 9110).
fn bearer_token(header: &str) -> Option<&str> {
    let (scheme, token) = header.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then_some(token.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_follows_the_scheme_bearer() {
        assert_eq!(bearer_token("Bearer abc"), Some("abc"));
        assert_eq!(bearer_token("bearer  abc"), Some("abc"));
        for header in ["", "Bearer", "Basic abc", "abc"] {
            assert_eq!(bearer_token(header), None);
        }
    }
}
