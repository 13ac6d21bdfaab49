//! A board of short notices: anyone can read them, and posting takes a token.
//!
//! - `GET /settings` returns the settings of the board and the version of the worker.
//! - `GET /notices/{key}` returns a notice.
//! - `PUT /notices/{key}` posts one; it needs `Authorization: Bearer` with the token.
//!
//! `bindings.rs` reads and validates all bindings before they are used.

mod bindings;
mod error;
mod problem;
mod secret;
mod settings;

use serde_json::json;
use worker::{Context, Env, Method, Request, Response, ResponseBuilder, event};

use bindings::Bindings;
use error::{Error, Result};

#[event(fetch)]
async fn fetch(request: Request, env: Env, _context: Context) -> worker::Result<Response> {
    answer(request, &env).await.or_else(Error::into_response)
}

/// A `HEAD` is handled as a `GET`; the runtime drops the body.
async fn answer(request: Request, env: &Env) -> Result<Response> {
    let path = request.path();
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    match (request.method(), segments.as_slice()) {
        (Method::Get | Method::Head, ["settings"]) => settings(&Bindings::new(env)?),
        (_, ["settings"]) => Err(Error::MethodNotAllowed("GET, HEAD")),
        (_, ["notices", key, rest @ ..]) if !rest.is_empty() || !is_key(key) => Err(Error::BadKey),
        (Method::Get | Method::Head, ["notices", key]) => read(&Bindings::new(env)?, key).await,
        (Method::Put, ["notices", key]) => post(request, &Bindings::new(env)?, key).await,
        (_, ["notices", _]) => Err(Error::MethodNotAllowed("GET, HEAD, PUT")),
        _ => Err(Error::NotFound),
    }
}

/// Whether a notice can have this key. The title of `BadKey` repeats this rule.
fn is_key(text: &str) -> bool {
    let is_plain = |byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
    (1..=64).contains(&text.len()) && text.bytes().all(is_plain)
}

/// Lists each binding that anyone may read.
fn settings(bindings: &Bindings) -> Result<Response> {
    let (title, posting, limits) = (&bindings.title, &bindings.posting, &bindings.limits);
    let settings = json!({ "title": title, "posting": posting, "limits": limits });
    let shown = json!({ "settings": settings, "version": bindings.version });
    Ok(Response::from_json(&shown)?)
}

async fn read(bindings: &Bindings, key: &str) -> Result<Response> {
    let notice = bindings.notices.get(key).text().await?;
    Ok(Response::ok(notice.ok_or(Error::NoNotice)?)?)
}

/// Stores a notice for as long as the settings say. The token is checked first, so that a
/// caller without it learns nothing else.
async fn post(mut request: Request, bindings: &Bindings, key: &str) -> Result<Response> {
    let header = request.headers().get("authorization")?.unwrap_or_default();
    let (scheme, token) = header.split_once(' ').unwrap_or_default();
    // The scheme is case-insensitive (RFC 9110).
    if !scheme.eq_ignore_ascii_case("bearer") || !bindings.write_token.is(token.trim()) {
        return Err(Error::Unauthorized);
    }
    if bindings.posting == settings::Posting::Closed {
        return Err(Error::Closed);
    }
    let notice = request.text().await?;
    if notice.len() > bindings.limits.notice_bytes {
        return Err(Error::TooLong);
    }
    let put = bindings.notices.put(key, notice)?;
    let put = put.expiration_ttl(bindings.limits.keep_seconds);
    put.execute().await?;
    Ok(ResponseBuilder::new().with_status(204).empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_short_and_plain() {
        assert!(is_key("fair-2") && is_key(&"a".repeat(64)));
        for key in ["", "Fair", "a b", "a/b", &"a".repeat(65)] {
            assert!(!is_key(key), "{key}");
        }
    }
}
